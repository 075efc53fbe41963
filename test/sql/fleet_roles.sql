-- What a host's name says of its role.
SET search_path = transfer_detect, transfer_detect_internal, public;
SELECT h.name, default_role(h.name) AS role
FROM unnest('{web-1,web-12.corp.example,db02,db-primary,mapleley,cafe,ip-10-1-2-3,lt-4f9a2c,WEB-7,LONAP0048,
	app-7-2,k8s-node-01,10.1.2.3,-,1}'::text[]) AS h(name);
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
