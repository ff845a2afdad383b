-- What the reports of a project say, in the fewest statements that both DuckDB and ClickHouse understand: groups and their
-- sums, without the last step (shares, percentiles out of buckets, names of rows), which Candor's times include.
-- A line `-- report` begins the statements of that report; WHERE stands for the project and the days.

-- overview
SELECT day, kind, outcome, duration_bucket, sum(count) FROM facts WHERE kind IN ('operation', 'count', 'lifecycle') AND {where} GROUP BY day, kind, outcome, duration_bucket;
SELECT day, count(DISTINCT version) FROM facts WHERE {where} GROUP BY day;

-- actives
SELECT day, count(DISTINCT installation) FROM facts WHERE {where} GROUP BY day;
SELECT date_trunc('week', day), count(DISTINCT installation) FROM facts WHERE {where} GROUP BY 1;
SELECT date_trunc('month', day), count(DISTINCT installation) FROM facts WHERE {where} GROUP BY 1;

-- invocations
SELECT day, sum(CASE WHEN kind = 'operation' THEN count ELSE 0 END), sum(CASE WHEN kind = 'operation' AND installation IS NOT NULL THEN count ELSE 0 END), count(DISTINCT installation) FROM facts WHERE {where} GROUP BY day;
SELECT date_trunc('week', day), count(DISTINCT installation) FROM facts WHERE {where} GROUP BY 1;

-- retention
SELECT first, week, count(*) FROM (SELECT DISTINCT installation AS i, date_trunc('week', day) AS week FROM facts WHERE installation IS NOT NULL AND {where}) AS weeks JOIN (SELECT installation AS j, min(date_trunc('week', day)) AS first FROM facts WHERE installation IS NOT NULL AND {where} GROUP BY installation) AS firsts ON i = j GROUP BY first, week;

-- versions
SELECT version, sum(count), min(day), max(day) FROM facts WHERE kind = 'operation' AND {where} GROUP BY version;
SELECT version, count(DISTINCT installation) FROM facts WHERE {where} GROUP BY version;

-- operations
SELECT name, outcome, duration_bucket, sum(count) FROM facts WHERE kind = 'operation' AND {where} GROUP BY name, outcome, duration_bucket;

-- parts
SELECT parent, name, outcome, duration_bucket, sum(count) FROM facts WHERE kind = 'part' AND {where} GROUP BY parent, name, outcome, duration_bucket;

-- components
SELECT parent, name, sum(count) FROM facts WHERE kind = 'component' AND {where} GROUP BY parent, name;

-- counts
SELECT kind, parent, name, text_provider, sum(count) FROM facts WHERE kind IN ('count', 'lifecycle') AND {where} GROUP BY kind, parent, name, text_provider;

-- uptime
SELECT day, parent, name, duration_bucket, sum(count) FROM facts WHERE kind = 'lifecycle' AND {where} GROUP BY day, parent, name, duration_bucket;

-- platforms
SELECT os, os_version, arch, runtime, sum(CASE WHEN kind IN ('operation', 'track') THEN count ELSE 0 END), sum(CASE WHEN kind = 'operation' AND outcome = 'ok' THEN count ELSE 0 END), sum(CASE WHEN kind = 'operation' AND outcome = 'error' THEN count ELSE 0 END), sum(CASE WHEN kind = 'lifecycle' AND name = 'started' THEN count ELSE 0 END) FROM facts WHERE kind IN ('operation', 'track', 'lifecycle') AND {where} GROUP BY os, os_version, arch, runtime;

-- ci
SELECT ci, container, interactive, agent, sum(CASE WHEN kind IN ('operation', 'track') THEN count ELSE 0 END), sum(CASE WHEN kind = 'operation' AND outcome = 'ok' THEN count ELSE 0 END), sum(CASE WHEN kind = 'operation' AND outcome = 'error' THEN count ELSE 0 END) FROM facts WHERE kind IN ('operation', 'track') AND {where} GROUP BY ci, container, interactive, agent;

-- geography
SELECT country, sum(CASE WHEN kind IN ('operation', 'track') THEN count ELSE 0 END), sum(CASE WHEN kind = 'lifecycle' AND name = 'started' THEN count ELSE 0 END), count(DISTINCT installation) FROM facts WHERE {where} GROUP BY country;

-- errors
SELECT kind, name, version, sum(count), min(day), max(day) FROM facts WHERE kind IN ('error', 'crash') AND {where} GROUP BY kind, name, version;

-- live
SELECT time, kind, name, outcome, version FROM facts WHERE {where} ORDER BY time DESC LIMIT 50;
