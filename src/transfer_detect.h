/*
 * transfer_detect.h
 *		Settings of the extension.
 */
#ifndef TRANSFER_DETECT_H
#define TRANSFER_DETECT_H

/* transfer_detect.default_limit: rows of a query without LIMIT; -1: all */
extern int	td_default_limit;

/* transfer_detect.count_scanned: do runs count all events of a window? */
typedef enum TdCountScanned
{
	TD_COUNT_OFF,
	TD_COUNT_AUTO,				/* unless that takes longer than the search */
	TD_COUNT_ON
} TdCountScanned;

extern int	td_count_scanned;

#endif							/* TRANSFER_DETECT_H */
