/*
 * report.h
 *		Writing what events hold into HTML, into plain lines and into shells.
 *
 * Pure C, no PostgreSQL.  Values are UTF-8, and may hold whatever an attacker
 * chose.  Each of them passes one of these functions, once, and last.
 */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "text/buffer.h"

/* A value; data is NULL where there is none. */
typedef struct ReportText
{
	const char *data;
	size_t		length;
} ReportText;

extern void report_html_text(EsqlBuffer *out, ReportText value);
extern void report_html_attribute(EsqlBuffer *out, ReportText value);
extern void report_plain(EsqlBuffer *out, ReportText value);

extern void report_fill_html(EsqlBuffer *out, ReportText sentence, const ReportText *values, size_t count);
extern void report_fill_plain(EsqlBuffer *out, ReportText sentence, const ReportText *values, size_t count);

extern void report_shell_quote(EsqlBuffer *out, ReportText value);
extern bool report_markdown(EsqlBuffer *out, ReportText markdown);

#endif							/* REPORT_REPORT_H */
