//! Jobs: by request, by the clock, and how they fail.

use candor_testkit::wait_until;
use serde_json::{Value, json};

use crate::server::{Server, hold, home, write};

fn job(server: &Server, name: &str) -> Value {
    let answer = server.get("/jobs").json();
    answer["jobs"].as_array().unwrap().iter().find(|job| job["name"] == name).unwrap().clone()
}

#[test]
fn a_job_runs_when_it_is_asked_for_and_says_how_it_went() {
    let home = home();
    let server = Server::start(&home, &[]);
    assert_eq!(job(&server, "collect")["last"], json!(null));
    let run = server.run_job("collect");
    assert_eq!((&run["task"], &run["summary"]), (&json!("collect"), &json!("5 resources from 2 providers")));
    assert_eq!(job(&server, "collect")["last"], run);
    assert_eq!(server.rows("run collect")[0]["outcome"], "ok");
}

#[test]
fn a_job_that_fails_is_an_answer_with_its_reason() {
    let home = home();
    std::fs::remove_file(home.path().join("machine/proc/1/mounts")).unwrap();
    let server = Server::start(&home, &[]);
    let answer = server.post("/jobs/collect/run", "");
    assert_eq!(answer.status, 200, "{}", answer.body);
    let run = answer.json();
    assert_eq!((&run["outcome"], &run["error_class"]), (&json!("error"), &json!("provider_failed")));
    assert_eq!(run["error"], "1 of 2 providers failed");
    assert_eq!(server.rows("list users | count"), [json!({"count": 2})], "what the other found is there");
    assert_eq!(server.rows("search kind=user name=root | count"), [json!({"count": 1})]);
}

#[test]
fn a_job_that_does_not_exist_is_a_404() {
    let home = home();
    let server = Server::start(&home, &[]);
    assert_eq!(server.post("/jobs/nothing/run", "").refused(), (404, "unknown_job".to_owned()));
    assert_eq!(server.execute("run nothing").refused(), (404, "unknown_job".to_owned()));
}

#[test]
fn a_check_keeps_what_it_found() {
    let home = home();
    write(
        &home,
        "p.toml",
        "[[rule]]\nname = \"twice\"\ntitle = \"t\"\nseverity = \"high\"\nsql = \"SELECT uid FROM users GROUP BY uid HAVING count(*) > 1\"\n\
         [[rule]]\nname = \"holds\"\ntitle = \"t\"\nseverity = \"low\"\nsql = \"SELECT 1 FROM users WHERE uid < 0\"\n",
    );
    let text = std::fs::read_to_string(home.path().join("core.toml")).unwrap();
    write(&home, "core.toml", &format!("policy = \"p.toml\"\n{text}"));
    let server = Server::start(&home, &[]);
    let early = server.post("/jobs/check/run", "").json();
    assert_eq!(early["error_class"], "rule_sql", "there is nothing to check yet: {early}");
    server.run_job("collect");
    assert_eq!(server.run_job("check")["summary"], "2 rules checked, 1 violated");
    let policies = server.rows("policies | columns rule violations");
    assert_eq!(policies, [json!({"rule": "twice", "violations": 1}), json!({"rule": "holds", "violations": 0})]);
}

#[test]
fn old_runs_are_pruned() {
    let home = home();
    let server = Server::start(&home, &[]);
    server.run_job("collect");
    std::thread::sleep(std::time::Duration::from_millis(1100)); // The configuration keeps them for a second.
    assert_eq!(server.run_job("prune")["summary"], "1 old run removed");
    assert_eq!(job(&server, "collect")["last"], json!(null));
}

#[test]
fn jobs_that_are_due_run_by_themselves_and_what_collects_goes_first() {
    let home = home();
    write(
        &home,
        "core.toml",
        "root = \"machine\"\npolicy = \"p.toml\"\n[job.a-check]\nrun = \"check\"\nevery = \"1d\"\n\
         [job.collect]\nrun = \"collect\"\nproviders = [\"users\"]\nevery = \"1s\"\n",
    );
    write(
        &home,
        "p.toml",
        "[[rule]]\nname = \"r\"\ntitle = \"t\"\nseverity = \"low\"\nsql = \"SELECT 1 FROM users\"\n",
    );
    let server = Server::start(&home, &[]);
    let check =
        wait_until("the check", || Some(job(&server, "a-check")["last"].clone()).filter(|last| !last.is_null()));
    assert_eq!(check["outcome"], "ok", "{check}");
    let first = job(&server, "collect")["last"]["started_at"].clone();
    wait_until("the next run", || (job(&server, "collect")["last"]["started_at"] != first).then_some(()));

    // A server that is started again does not check again, as that is not due.
    drop(server);
    let server = Server::start(&home, &[]);
    wait_until("another run", || {
        let last = job(&server, "collect")["last"]["started_at"].clone();
        (last.as_str() > check["started_at"].as_str() && last != first).then_some(())
    });
    assert_eq!(job(&server, "a-check")["last"], check);
}

#[test]
fn a_job_runs_once_at_a_time() {
    let home = home();
    let server = Server::start(&home, &[]);
    let held = hold(&home);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| server.run_job("collect"));
        wait_until("the job", || (job(&server, "collect")["running"] == true).then_some(()));
        let refused = server.post("/jobs/collect/run", "");
        assert_eq!(refused.refused(), (409, "job_running".to_owned()));
        assert_eq!(server.execute("run collect").refused(), (409, "job_running".to_owned()));
        drop(held);
        first.join().unwrap();
    });
    assert_eq!(job(&server, "collect")["running"], false);
    server.run_job("collect");
}
