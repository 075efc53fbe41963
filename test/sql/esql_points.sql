-- Points of the earth, in documents and as texts.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE places (n integer, document jsonb);
INSERT INTO places VALUES
	(1, '{"source": {"geo": {"location": {"lat": 52.5, "lon": 13.4}}}}'),
	(2, '{"source": {"geo": {"location": [13.4, 52.5]}}}'),
	(3, '{"source": {"geo": {"location": "52.5,13.4"}}}'),
	(4, '{"source": {"geo": {"location": " point( 13.4   52.5 ) "}}}'),
	(5, '{"source": {"geo": {"location": {"type": "Point", "coordinates": [13.4, 52.5]}}}}'),
	(6, '{"source": {"geo": {"location": [{"lat": "1", "lon": "2"}, "0,0", [3, 4], {"lat": 1, "lon": 2}]}}}'),
	(7, '{"source": {"geo": {"location": {"lat": 91, "lon": 0}}}}'),
	(8, '{"source": {"geo": {"location": ["nowhere", 5, {"lat": 1}, [1], [], null, {"coordinates": 5}]}}}'),
	(9, '{"source.geo.location": {"lat": -33.9, "lon": 151.2}}'),
	(10, '{}');
SELECT j FROM transfer_detect.esql('FROM places | SORT n | EVAL x = ST_X(source.geo.location), y = ST_Y(source.geo.location) | KEEP n, source.geo.location, x, y') AS r(j);
SELECT j FROM transfer_detect.esql('FROM places | WHERE source.geo.location IS NOT NULL | STATS c = COUNT(), v = VALUES(source.geo.location)') AS r(j);
-- Berlin to Sydney; the poles; a point and itself
SELECT j FROM transfer_detect.esql('ROW a = "POINT(13.4 52.5)", b = "POINT (151.2 -33.9)"
	| EVAL km = ROUND(ST_DISTANCE(TO_GEOPOINT(a), TO_GEOPOINT(b)) / 1000.0, 0), poles = ROUND(ST_DISTANCE("POINT (0 90)", "POINT (77 -90)")),
		same = ST_DISTANCE(a, a), degree = ROUND(ST_DISTANCE("POINT (0 0)", "POINT (0 1)")), p = TO_GEOPOINT(CONCAT("point (", TO_STRING(1.50), " 2)"))
	| KEEP km, poles, same, degree, p') AS r(j);
SELECT j FROM transfer_detect.esql('ROW a = TO_GEOPOINT("POINT (1)"), b = TO_GEOPOINT("POINT (181 0)"), c = ST_X("LINESTRING (1 2, 3 4)"), d = ST_DISTANCE(null, "POINT (0 0)"), e = ST_Y(["POINT (1 2)", "POINT (3 4)"]),
	f = TO_GEOPOINT(["POINT (1 2)", "x"]), g = TO_GEOPOINT("POINT (a b)"), h = TO_GEOPOINT(""), i = TO_GEOPOINT("POINT (1 2")') AS r(j);
SELECT j FROM transfer_detect.esql('ROW a = ST_X(5)') AS r(j);
DROP TABLE places;
