// columnar.js: DuckDB and ClickHouse (chdb) for the bench.
//
//	node columnar.js DIRECTORY
//
// DIRECTORY holds the bench's tables as CSV files and gets the engines' own files. Reads one request a line
// from its input, {"engine", "threads", "sql"}, and answers each with a line, {"ms", "cpu", "rows"} or {"error"};
// a row is an array of strings. "versions" and "load" are requests as well. Modules that are not there are
// missing from the answer to "versions", with the reason.
'use strict';

const fs = require('fs');
const path = require('path');
const readline = require('readline');

const directory = process.argv[2];
const engines = {};
const reasons = {};

// Column types by engine: a table's columns are those of its CSV file, in this order.
const tables = {
	events: [['timestamp', 'TIMESTAMP', "DateTime64(6, 'UTC')"], ['host_os_type', 'VARCHAR', 'LowCardinality(String)'],
		['event_type', 'VARCHAR', 'LowCardinality(String)'], ['event_action', 'VARCHAR', 'LowCardinality(String)'],
		['process_name', 'VARCHAR', 'LowCardinality(String)'], ['process_executable', 'VARCHAR', 'LowCardinality(String)'],
		['process_parent_executable', 'VARCHAR', 'LowCardinality(String)'], ['process_command_line', 'VARCHAR', 'String'],
		['agent_id', 'VARCHAR', 'String'], ['host_name', 'VARCHAR', 'String']],
	typed: [['g', 'INTEGER', 'Int32'], ['b', 'BIGINT', 'Int64'], ['u', 'UUID', 'UUID'], ['s', 'VARCHAR', 'String'],
		['l', 'VARCHAR', 'String']],
	tiny: [['g', 'INTEGER', 'Int32'], ['agent_id', 'VARCHAR', 'String']],
	huge: [['b', 'BIGINT', 'Int64'], ['t', 'VARCHAR', 'String']],
	warehouse: [['timestamp', 'TIMESTAMP', "DateTime64(6, 'UTC')"], ['source_index', 'VARCHAR', 'LowCardinality(String)'],
		['document', 'JSON', 'String']]
};
const order = {events: 'timestamp', typed: 'g', tiny: 'g', huge: 'tuple()', warehouse: 'timestamp'};

async function duckdb() {
	const {DuckDBInstance} = require('@duckdb/node-api');
	const instance = await DuckDBInstance.create(path.join(directory, 'bench.duckdb'));
	const connection = await instance.connect();
	const all = async sql => (await connection.runAndReadAll(sql)).getRows().map(row => row.map(String));

	return {
		version: (await all('SELECT version()'))[0][0],
		load: async (table, file) => {
			await connection.run(`CREATE TABLE ${table} (${tables[table].map(c => `${c[0]} ${c[1]}`).join(', ')})`);
			await connection.run(`COPY ${table} FROM '${file}' (FORMAT csv)`);
		},
		threads: n => connection.run(`SET threads = ${n}`),
		query: all
	};
}

async function clickhouse() {
	const {Session} = require('chdb');
	const session = new Session(path.join(directory, 'chdb'));
	const all = sql => session.query(sql, 'TabSeparated').split('\n').filter(line => line !== '').map(line => line.split('\t'));

	session.query('CREATE DATABASE bench');
	session.query('USE bench');
	return {
		version: all('SELECT version()')[0][0],
		load: async (table, file) => {
			const columns = tables[table].map(c => `${c[0]} ${c[2]}`).join(', ');

			session.query(`CREATE TABLE ${table} (${columns}) ENGINE = MergeTree ORDER BY ${order[table]}`);
			session.query(`INSERT INTO ${table} SELECT * FROM file('${file}', CSV, '${columns.replace(/'/g, "''")}')`);
			session.query(`OPTIMIZE TABLE ${table} FINAL`);
		},
		threads: n => session.query(`SET max_threads = ${n}`),
		query: async sql => all(sql)
	};
}

async function answer(request) {
	if (request.versions)
		return {versions: Object.fromEntries(Object.entries(engines).map(([name, e]) => [name, e.version])), reasons};
	if (request.load) {
		for (const engine of Object.values(engines))
			await engine.load(request.load, path.join(directory, `${request.load}.csv`));
		return {};
	}
	const engine = engines[request.engine];

	await engine.threads(request.threads);
	const cpu = process.cpuUsage();
	const start = process.hrtime.bigint();
	const rows = await engine.query(request.sql);
	const ms = Number(process.hrtime.bigint() - start) / 1e6;
	const used = process.cpuUsage(cpu);

	return {ms, cpu: (used.user + used.system) / 1000, rows};
}

async function main() {
	for (const [name, open] of [['DuckDB', duckdb], ['ClickHouse', clickhouse]]) {
		try {
			engines[name] = await open();
		} catch (error) {
			reasons[name] = String(error.message).split('\n')[0];
		}
	}
	for await (const line of readline.createInterface({input: process.stdin})) {
		let reply;

		try {
			reply = await answer(JSON.parse(line));
		} catch (error) {
			reply = {error: String(error.message)};
		}
		fs.writeSync(1, JSON.stringify(reply) + '\n');
	}
	process.exit(0);
}

main();
