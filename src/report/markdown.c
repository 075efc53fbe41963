/*
 * markdown.c
 *		Markdown of guides as HTML, by cmark in its safe mode: HTML in the text and
 *		dangerous links are left out.
 */
#include "report/report.h"

#include <cmark.h>
#include <stdlib.h>

/*
 * Append the text as HTML.  False if memory ran out.
 */
bool
report_markdown(EsqlBuffer *out, ReportText markdown)
{
	char	   *html = cmark_markdown_to_html(markdown.data, markdown.length,
											  CMARK_OPT_DEFAULT | CMARK_OPT_VALIDATE_UTF8);

	if (html == NULL)
		return false;
	esql_append_text(out, html);
	free(html);
	return true;
}
