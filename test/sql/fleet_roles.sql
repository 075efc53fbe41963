-- What a host's name says of its role.
SET search_path = transfer_detect, transfer_detect_internal, public;
SELECT h.name, default_role(h.name) AS role
FROM unnest('{web-1,web-12.corp.example,db02,db-primary,mapleley,cafe,ip-10-1-2-3,lt-4f9a2c,WEB-7,LONAP0048,
	app-7-2,k8s-node-01,10.1.2.3,-,1}'::text[]) AS h(name);
-- a word with a figure in it is a word
SELECT h.name, default_role(h.name) AS role
FROM unnest('{k8s-12,k8s37.corp.example,K3S_1,e2e-04,k8s,k8s-a1,a1b2,x9,b2b2c3}'::text[]) AS h(name);
-- ids of containers and machines say nothing, with or without a number behind them
SELECT h.name, default_role(h.name) AS role
FROM unnest('{ce7cab671c82,fdeecd82cf49,FDEECD82CF49,deadbeefcafe,ce7cab671c82.corp.example,ce7cab671c82-1,fdeecd82cf49a0b1c2d3e4f5a6b7c8d9,
	fdeecd82-cf49-41d4-a716-446655440000,feedbeef-cafe-abba-dead-beefbeefcafe,fdeecd82-cf49-41d4-a716-446655440000-x}'::text[]) AS h(name);
-- but what stands before one does
SELECT h.name, default_role(h.name) AS role
FROM unnest('{runner-ce7cab671c82,build-fdeecd82-cf49-41d4-a716-446655440000,fdeecd82cf4,ab12}'::text[]) AS h(name);
-- the pods of a deployment have its name, those of a set a number
SELECT h.name, default_role(h.name) AS role
FROM unnest('{name-64f0bb58f7-ayseb,name-64f0bb58f7-x7k2p,shop-front-7d4b9c6f5-bcdfg,redis-0,node-exporter-x7k2p,64f0bb58f7-ayseb,name2-64f0bb58f7-ayseb,
	web-proxy,web-2-proxy,db-replica1-north,shop-Front1abc-north}'::text[]) AS h(name);
-- addresses that no other host can have as well: each once, in order, without netmasks
SELECT own_addresses('{10.0.0.2,127.0.0.1,10.0.0.1/24,10.0.0.1,NULL,::1,fe80::1,2001:db8::1/64,169.254.0.9,127.1.2.3/8,126.0.0.0/7,169.254.0.0/15,::1/127,fe80::/9,::ffff:10.0.0.1,febf::1,fec0::1}') AS own,
	own_addresses(NULL) AS of_null, own_addresses('{}') AS of_none;
SELECT count(*) AS different
FROM (SELECT array_agg((CASE WHEN i % 3 = 0 THEN format('%s.%s.%s.%s/%s', (ARRAY[127, 169, 10, 0])[i % 4 + 1], (ARRAY[254, 0, 255])[i % 5 % 3 + 1], i % 2, i % 7, i % 33)
		ELSE format('%s::%s/%s', (ARRAY['fe80', 'febf', 'fec0', '::ffff:7f00', '2001:db8'])[i % 5 + 1], i % 3, i * 7 % 129) END)::inet) AS a
	FROM generate_series(1, 6000) AS i WHERE i % 5 <> 3 GROUP BY i / 7) AS lists
WHERE own_addresses(a) IS DISTINCT FROM
	ARRAY(SELECT DISTINCT host(u.ip)::inet FROM unnest(a) AS u(ip) WHERE NOT u.ip <<= ANY ('{127.0.0.0/8,::1/128,169.254.0.0/16,fe80::/10}'::inet[]) ORDER BY 1);
