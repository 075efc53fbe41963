-- shipper.sql: a role for log shippers that may only write to transfer_detect.inbox, and a function that turns any
-- line of bytes into valid text. doc/shippers.md shows it. Run it once in the database, as its owner.
CREATE ROLE shipper LOGIN;
GRANT INSERT ON transfer_detect.inbox TO shipper;

-- A line that is sent with client_encoding LATIN1 arrives as one character a byte, whatever is in it, so the server
-- never refuses the statement. This function decodes it as UTF-8. A line that is not UTF-8 becomes a text that ends
-- up in rejected_documents.
CREATE FUNCTION shipped_line(line text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = pg_catalog, pg_temp
AS $$
	SELECT CASE
		WHEN octet_length(line) = char_length(line) THEN line
		WHEN line ~ ('^([\u0001-\u007F]|[\u00C2-\u00DF][\u0080-\u00BF]|\u00E0[\u00A0-\u00BF][\u0080-\u00BF]|' ||
					 '[\u00E1-\u00EC\u00EE\u00EF][\u0080-\u00BF]{2}|\u00ED[\u0080-\u009F][\u0080-\u00BF]|' ||
					 '\u00F0[\u0090-\u00BF][\u0080-\u00BF]{2}|[\u00F1-\u00F3][\u0080-\u00BF]{3}|' ||
					 '\u00F4[\u0080-\u008F][\u0080-\u00BF]{2})*$')
			THEN convert_from(convert_to(line, 'LATIN1'), 'UTF8')
		ELSE 'not UTF-8: ' || line
	END
$$;
