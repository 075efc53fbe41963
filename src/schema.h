/*
 * schema.h
 *		The two schemas of the extension.  The control file pins the first, and
 *		the install script makes the second, so both names are certain.
 */
#ifndef TD_SCHEMA_H
#define TD_SCHEMA_H

#define TD_SCHEMA			"transfer_detect"	/* what users call and read */
#define TD_INTERNAL_SCHEMA	"transfer_detect_internal"	/* what the SQL that we write calls */

#endif							/* TD_SCHEMA_H */
