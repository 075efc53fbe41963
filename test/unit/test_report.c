/*
 * test_report.c
 *		What events hold, in HTML, in plain lines and in shells.
 */
#include "unit.h"

#include "report/report.h"
#include "text/unseen.h"

static Arena arena;

static ReportText
text(const char *s)
{
	return (ReportText) {s, strlen(s)};
}

/* What a writer makes of a value. */
static const char *
written(void (*append) (EsqlBuffer *, ReportText), ReportText value)
{
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlBuffer	out;

	esql_buffer_init(&out, &context);
	append(&out, value);
	esql_append(&out, "", 0);
	return out.data;
}

static const char *
filled(void (*fill) (EsqlBuffer *, ReportText, const ReportText *, size_t), const char *sentence, const char *first, const char *second)
{
	EsqlContext context = arena_context(&arena, "", 0);
	ReportText	values[2] = {text(first), second == NULL ? (ReportText) {NULL, 0} : text(second)};
	EsqlBuffer	out;

	esql_buffer_init(&out, &context);
	fill(&out, text(sentence), values, 2);
	esql_append(&out, "", 0);
	return out.data;
}

static void
test_values(void)
{
	CHECK_TEXT(written(report_html_text, text("<a href=\"x\">'&'</a>")), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
	CHECK_TEXT(written(report_html_text, text("a\xE2\x80\xAE" "b")), "a<span class=\"u\">U+202E</span>b");
	CHECK_TEXT(written(report_html_attribute, text("\"\xE2\x80\xAE")), "&quot;[U+202E]");
	CHECK_TEXT(written(report_plain, text("<\x1b[31m\xCC\x81")), "<\\u001b[31m\\u0301");
	CHECK_TEXT(written(report_html_text, (ReportText) {"a\0b", 3}), "a<span class=\"u\">U+0000</span>b");
	CHECK_TEXT(written(report_html_text, text("\xFF" "a\xE2\x80")), "<span class=\"u\">U+FFFD</span>a<span class=\"u\">U+FFFD</span><span class=\"u\">U+FFFD</span>");
	CHECK_TEXT(written(report_html_text, text("\xC3\xA4 \xE4\xB8\xAD \xE0\xA4\xBF")), "\xC3\xA4 \xE4\xB8\xAD \xE0\xA4\xBF");
	CHECK_TEXT(written(report_html_text, text("")), "");
}

/* Long values are cut between characters, and markup is never cut. */
static void
test_long_values(void)
{
	static char long_value[3 * 3000 + 1];
	const char *html;

	for (int i = 0; i < 3000; i++)
		memcpy(long_value + 3 * i, "\xE4\xB8\xAD", 3);
	html = written(report_html_text, (ReportText) {long_value, 3 * 3000});
	CHECK(strstr(html, "1200 characters left out") != NULL);
	CHECK(strstr(html, "FFFD") == NULL);
	CHECK(strlen(html) == 1800 * 3 + strlen("<span class=\"u\">1200 characters left out</span>"));
	html = written(report_html_text, (ReportText) {long_value, 3 * 2000});
	CHECK(strlen(html) == 3 * 2000);
}

static void
test_sentences(void)
{
	CHECK_TEXT(filled(report_fill_html, "*$1* on `$2`.", "<b>", "`*$1"), "<b>&lt;b&gt;</b> on <code>`*$1</code>.");
	CHECK_TEXT(filled(report_fill_plain, "*$1* on `$2`.", "<b>", "`*$1"), "<b> on `*$1.");
	CHECK_TEXT(filled(report_fill_html, "a < b & $3$2", "x", NULL), "a &lt; b &amp; ");
	CHECK_TEXT(filled(report_fill_html, "`$1", "x", NULL), "<code>x</code>");
	CHECK_TEXT(filled(report_fill_html, "$ $0 $", "x", NULL), "$ $0 $");
}

static void
test_shell(void)
{
	CHECK_TEXT(written(report_shell_quote, text("/opt/a-b_c.sh")), "/opt/a-b_c.sh");
	CHECK_TEXT(written(report_shell_quote, text("")), "''");
	CHECK_TEXT(written(report_shell_quote, text("a'b $(c) `d` \"e\" \\")), "'a'\\''b $(c) `d` \"e\" \\'");
	CHECK_TEXT(written(report_shell_quote, text("-x\ny%s'")), "\"$(printf '\\055x\\012y\\045s\\047')\"");
}

static void
test_markdown(void)
{
	EsqlContext context = arena_context(&arena, "", 0);
	EsqlBuffer	out;

	esql_buffer_init(&out, &context);
	CHECK(report_markdown(&out, text("1. *a*\n\n<script>x</script>\n\n[l](javascript:x)")));
	CHECK(strstr(out.data, "<li><em>a</em></li>") != NULL);
	CHECK(strstr(out.data, "script>") == NULL);
	CHECK(strstr(out.data, "javascript") == NULL);
}

/* Without memory the buffer says so. */
static void
test_no_memory(void)
{
	Arena		little = {.fail_at = 1};
	EsqlContext context = arena_context(&little, "", 0);
	EsqlBuffer	out;

	esql_buffer_init(&out, &context);
	report_html_text(&out, text("a<b"));
	CHECK(out.failed);
	arena_reset(&little);
}

/* Every character beyond ASCII that is hidden has one of the three reasons, and letters have none. */
static void
test_unseen(void)
{
	CHECK(td_is_unseen(0x202E) && td_is_unseen(0) && td_is_unseen(0x200B) && !td_is_unseen('a') && !td_is_unseen(0xE4));
	CHECK(td_stacks(0x0301) && !td_stacks(0x0915));
	CHECK(td_is_odd_space(0x00A0) && td_is_odd_space(0xE000) && !td_is_odd_space(' '));
}

int
main(void)
{
	test_values();
	test_long_values();
	test_sentences();
	test_shell();
	test_markdown();
	test_no_memory();
	test_unseen();
	arena_reset(&arena);
	return unit_report();
}
