/*
 * document_index.sql: an index of the fields of documents, and of the values of some.
 */

CREATE FUNCTION document_terms(document jsonb)
RETURNS integer[]
AS 'MODULE_PATHNAME', 'td_document_terms'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE
COST 10;

COMMENT ON FUNCTION document_terms(jsonb) IS 'Numbers of the fields that a document has, and of the values of some of them: for an index';

CREATE FUNCTION document_term(field text, value text DEFAULT NULL)
RETURNS integer
AS 'MODULE_PATHNAME', 'td_document_term'
LANGUAGE C IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION document_term(text, text) IS 'The number that document_terms() gives of a field, or of a value in it: an array of document_terms() has it if the document has that';
