/*
 * fit_text.h
 *		A value of the events for a terminal.
 */
#ifndef ESQL_FIT_TEXT_H
#define ESQL_FIT_TEXT_H

extern char *td_fit(const char *value, int columns);

#endif							/* ESQL_FIT_TEXT_H */
