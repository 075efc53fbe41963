/*
 * transfer_detect.h
 *		Settings of the extension.
 */
#ifndef TRANSFER_DETECT_H
#define TRANSFER_DETECT_H

/* transfer_detect.default_limit: rows of a query without LIMIT; -1: all */
extern int	td_default_limit;

#endif							/* TRANSFER_DETECT_H */
