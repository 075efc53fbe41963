/*
 * transfer.sql: command lines of file transfers, taken apart.
 */

CREATE TYPE transfer_detect.transfer AS (
	utility text,
	mode text,
	direction text,
	local_paths text[],
	local_classes text[],
	remote_user text,
	remote_host text,
	remote_port integer,
	remote_paths text[],
	other_hosts text[],
	helper text,
	options text[],
	template text,
	not_understood text[]);
COMMENT ON TYPE transfer_detect.transfer IS 'What the command line of a file transfer says, as transfer_command() returns it';

CREATE FUNCTION transfer_detect.transfer_command(command_line text, args text[] DEFAULT NULL, executable text DEFAULT NULL)
RETURNS transfer_detect.transfer
AS 'MODULE_PATHNAME', 'td_transfer_command'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect.transfer_command(text, text[], text) IS 'What a command line of scp, sftp, rsync, ftp, vsftpd or ssh copies, where and which way; null if it copies nothing';

CREATE FUNCTION transfer_detect_internal.transfer_of(command_lines text[], args text[], executables text[])
RETURNS transfer_detect.transfer
AS 'MODULE_PATHNAME', 'td_transfer_of'
LANGUAGE C IMMUTABLE PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.transfer_of(text[], text[], text[]) IS 'ES|QL: the transfer among the command lines of a merged event';

CREATE FUNCTION transfer_detect_internal.path_classes(paths text[]) RETURNS text[]
AS 'MODULE_PATHNAME', 'td_path_classes'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.path_classes(text[]) IS 'ES|QL: the class of each path: secret, hidden, tmp, home, system or data';

CREATE FUNCTION transfer_detect_internal.program_names(paths text[]) RETURNS text[]
AS 'MODULE_PATHNAME', 'td_program_names'
LANGUAGE C IMMUTABLE STRICT PARALLEL SAFE;
COMMENT ON FUNCTION transfer_detect_internal.program_names(text[]) IS 'ES|QL: paths of programs, without what an upgrade changes in them';
