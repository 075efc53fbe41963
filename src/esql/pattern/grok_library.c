/*
 * grok_library.c
 *		The patterns that %{NAME} of GROK refers to.
 *
 * They match what Elasticsearch's patterns of these names match, in the same
 * order of preference: of "12", MONTHNUM takes the "1".  They are written so that
 * no text makes them backtrack exponentially.  The syntax is Ruby's, see translate.c.
 */
#include "esql/pattern/grok_library.h"

#include <string.h>

#define OCTET "(?:[01]?[0-9]{1,2}|2[0-4][0-9]|25[0-5])"
#define OCTETS OCTET "(?:[.]" OCTET "){3}"

/* An address with :: in it has no octet with a zero in front. */
#define V6_OCTET "(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)"
#define V6_OCTETS V6_OCTET "(?:\\." V6_OCTET "){3}"
#define HEX4 "[0-9A-Fa-f]{1,4}"
#define HEX2 "[0-9A-Fa-f]{2}"
#define BEFORE(n) "(?:" HEX4 ":){" #n "}"

/* After so many groups: up to "most" more of them, up to "some" and octets, or :: alone. */
#define AFTER(most, some) \
	"(?:(?::" HEX4 "){1," #most "}|(?::" HEX4 "){0," #some "}:" V6_OCTETS "|:)"

static const struct
{
	const char *name;
	const char *pattern;
} library[] =
{
	/* words and numbers */
	{"WORD", "\\b\\w+\\b"},
	{"NOTSPACE", "\\S+"},
	{"SPACE", "\\s*"},
	{"DATA", ".*?"},
	{"GREEDYDATA", ".*"},
	{"INT", "[+-]?[0-9]+"},
	{"NUMBER", "%{BASE10NUM}"},
	{"BASE10NUM", "(?<![-+.0-9])[+-]?+(?:[0-9]++(?:\\.[0-9]++)?+|\\.[0-9]++)"},
	{"BASE16NUM", "(?<![0-9A-Fa-f])[+-]?(?:0x)?[0-9A-Fa-f]+"},
	{"BASE16FLOAT",
	"\\b(?<![0-9A-Fa-f.])[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\\.[0-9A-Fa-f]*)?|\\.[0-9A-Fa-f]+)\\b"},
	{"POSINT", "\\b[1-9][0-9]*\\b"},
	{"NONNEGINT", "\\b[0-9]+\\b"},
	{"UUID", "[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"},
	{"QUOTEDSTRING",
	"(?<!\\\\)(?>\"(?>\\\\.|[^\\\\\"]++)*+\"|'(?>\\\\.|[^\\\\']++)*+'|`(?>\\\\.|[^\\\\`]++)*+`)"},
	{"QS", "%{QUOTEDSTRING}"},
	{"URN", "urn:[0-9A-Za-z][-0-9A-Za-z]{0,31}:(?:%" HEX2 "|[-0-9A-Za-z()+,.:=@;$_!*'/?#])+"},

	/* people, hosts, addresses */
	{"USERNAME", "[-._0-9A-Za-z]+"},
	{"USER", "%{USERNAME}"},
	{"EMAILLOCALPART",
		"[-0-9A-Za-z!#$%&'*+/=?^_`{|}~]{1,64}(?:\\.[-0-9A-Za-z!#$%&'*+/=?^_`{|}~]{1,62}){0,63}"},
	{"EMAILADDRESS", "%{EMAILLOCALPART}@%{HOSTNAME}"},
	{"MAC", "%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}"},
	{"CISCOMAC", "(?:[0-9A-Fa-f]{4}\\.){2}[0-9A-Fa-f]{4}"},
	{"WINDOWSMAC", "(?:" HEX2 "-){5}" HEX2},
	{"COMMONMAC", "(?:" HEX2 ":){5}" HEX2},
	{"IPV4", "(?<![0-9])" OCTETS "(?![0-9])"},
	{"IPV6",
		"(?:" BEFORE(7) "(?:" HEX4 "|:)"
		"|" BEFORE(6) "(?::" HEX4 "|" V6_OCTETS "|:)"
		"|" BEFORE(5) AFTER(2, 0)
		"|" BEFORE(4) AFTER(3, 1)
		"|" BEFORE(3) AFTER(4, 2)
		"|" BEFORE(2) AFTER(5, 3)
		"|" BEFORE(1) AFTER(6, 4)
		"|:" AFTER(7, 5) ")(?:%.+)?"},
	{"IP", "%{IPV6}|%{IPV4}"},
	{"HOSTNAME", "\\b[0-9A-Za-z][-0-9A-Za-z]{0,62}(?:\\.[0-9A-Za-z][-0-9A-Za-z]{0,62})*\\.?"},
	{"IPORHOST", "%{IP}|%{HOSTNAME}"},
	{"HOSTPORT", "%{IPORHOST}:%{POSINT}"},

	/* paths and locators */
	{"PATH", "%{UNIXPATH}|%{WINPATH}"},
	{"UNIXPATH", "(?:/[-[:alnum:]_%!$@:.,+~]*)+"},
	{"TTY", "/dev/(?:pts|tty[pq]?)\\w*/?[0-9]+"},
	{"WINPATH", "(?>[A-Za-z]+:|\\\\)(?:\\\\[^\\\\?*]*)+"},
	{"URIPROTO", "[A-Za-z][-A-Za-z0-9+.]+"},
	{"URIHOST", "%{IPORHOST}(?::%{POSINT})?"},
	{"URIPATH", "(?:/[-A-Za-z0-9$.+!*'(){},~:;=@#%&_]*)+"},
	{"URIQUERY", "[-A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\\[\\]<>]*"},
	{"URIPARAM", "\\?%{URIQUERY}"},
	{"URIPATHPARAM", "%{URIPATH}(?:\\?%{URIQUERY})?"},
	{"URI", "%{URIPROTO}://(?:%{USER}(?::[^@]*)?@)?(?:%{URIHOST})?(?:%{URIPATHPARAM})?"},

	/* days and times */
	{"MONTH",
		"\\b(?:[Jj]an(?:uary?)?|[Ff]eb(?:ruary?)?|[Mm](?:a|\xC3\xA4)?r(?:ch|z)?|[Aa]pr(?:il)?|[Mm]a[yi]?"
		"|[Jj]un[ei]?|[Jj]ul[yi]?|[Aa]ug(?:ust)?|[Ss]ep(?:tember)?|[Oo][ck]?t(?:ober)?"
		"|[Nn]ov(?:ember)?|[Dd]e[cz](?:ember)?)\\b"},
	{"MONTHNUM", "0?[1-9]|1[0-2]"},
	{"MONTHNUM2", "0[1-9]|1[0-2]"},
	{"MONTHDAY", "0[1-9]|[12][0-9]|3[01]|[1-9]"},
	{"DAY",
		"Mon(?:day)?|Tue(?:sday)?|Wed(?:nesday)?|Thu(?:rsday)?|Fri(?:day)?|Sat(?:urday)?|Sun(?:day)?"},
	{"YEAR", "(?:\\d\\d){1,2}"},
	{"HOUR", "2[0-3]|[01]?[0-9]"},
	{"MINUTE", "[0-5][0-9]"},
	{"SECOND", "(?:[0-5]?[0-9]|60)(?:[:.,][0-9]+)?"},
	{"TIME", "%{HOUR}:%{MINUTE}:%{SECOND}(?![0-9])"},
	{"DATE_US", "%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}"},
	{"DATE_EU", "%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}"},
	{"DATE", "%{DATE_US}|%{DATE_EU}"},
	{"DATESTAMP", "%{DATE}[- ]%{TIME}"},
	{"ISO8601_TIMEZONE", "Z|[+-]%{HOUR}:?%{MINUTE}"},
	{"ISO8601_SECOND", "%{SECOND}"},
	{"TIMESTAMP_ISO8601",
		"%{YEAR}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?%{ISO8601_TIMEZONE}?"},
	{"TZ", "[APMCE][SD]T|UTC"},
	{"DATESTAMP_RFC822", "%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}"},
	{"DATESTAMP_RFC2822", "%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}"},
	{"DATESTAMP_OTHER", "%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}"},
	{"DATESTAMP_EVENTLOG", "%{YEAR}%{MONTHNUM2}%{MONTHDAY}%{HOUR}%{MINUTE}%{SECOND}"},
	{"HTTPDATE", "%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}"},

	/* logs */
	{"SYSLOGTIMESTAMP", "%{MONTH} +%{MONTHDAY} %{TIME}"},
	{"PROG", "[\\x21-\\x5A\\x5C\\x5E-\\x7E]+"},
	{"SYSLOGPROG", "%{PROG:process.name}(?:\\[%{POSINT:process.pid:int}\\])?"},
	{"SYSLOGHOST", "%{IPORHOST}"},
	{"SYSLOGFACILITY",
		"<%{NONNEGINT:log.syslog.facility.code:int}.%{NONNEGINT:log.syslog.priority:int}>"},
	{"SYSLOGBASE",
		"%{SYSLOGTIMESTAMP:timestamp} (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:host.hostname} %{SYSLOGPROG}:"},
	{"LOGLEVEL",
		"[Aa]lert|ALERT|[Tt]race|TRACE|[Dd]ebug|DEBUG|[Nn]otice|NOTICE|[Ii]nfo?(?:rmation)?"
		"|INFO?(?:RMATION)?|[Ww]arn?(?:ing)?|WARN?(?:ING)?|[Ee]rr?(?:or)?|ERR?(?:OR)?"
		"|[Cc]rit?(?:ical)?|CRIT?(?:ICAL)?|[Ff]atal|FATAL|[Ss]evere|SEVERE|EMERG(?:ENCY)?"
		"|[Ee]merg(?:ency)?"}
};

#define COUNT	(sizeof(library) / sizeof(library[0]))

/*
 * The pattern of that name; NULL if there is none.
 */
const char *
esql_grok_library(const char *name, size_t length)
{
	for (size_t i = 0; i < COUNT; i++)
	{
		if (strlen(library[i].name) == length && memcmp(library[i].name, name, length) == 0)
			return library[i].pattern;
	}
	return NULL;
}

/*
 * The name of a pattern, from 0 on; NULL behind the last.
 */
const char *
esql_grok_library_name(size_t number)
{
	return number < COUNT ? library[number].name : NULL;
}

/*
 * All names, as a sentence.
 */
const char *
esql_grok_library_hint(void)
{
	static char hint[1500];

	if (hint[0] == '\0')
	{
		strcpy(hint, "There are ");
		for (size_t i = 0; i < COUNT; i++)
		{
			if (strlen(hint) + strlen(library[i].name) + 5 > sizeof(hint))
				break;
			strcat(hint, i == 0 ? "" : ", ");
			strcat(hint, library[i].name);
		}
		strcat(hint, ".");
	}
	return hint;
}
