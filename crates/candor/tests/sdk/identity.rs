//! What links the records of an installation, in real processes and on real disks.

use std::{
    collections::HashSet,
    fs,
    os::unix::{fs::PermissionsExt as _, process::CommandExt as _},
    process::{Child, Command},
};

use candor_testkit::FakeCollector;
use serde_json::Value;

use crate::tool::{Tool, fixture};

const ID: &str = "candor/.fixture/telemetry-random-id";

/// The ids in what waits.
fn ids(tool: &Tool) -> HashSet<String> {
    let lines = tool.lines_on_disk();
    lines
        .iter()
        .map(|line| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["anonymousId"].as_str().unwrap().to_owned()
        })
        .collect()
}

fn run(tool: &Tool, release: &str) {
    let output = tool.command(&["event", "1"]).env("FIXTURE_RELEASE", release).output().unwrap();
    assert!(output.status.success() && output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn thirty_two_processes_at_once_in_an_empty_home_make_one_id() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let start = || tool.command(&["event", "1"]).env("FIXTURE_RELEASE", "--identified").spawn().unwrap();
    let children: Vec<Child> = (0..32).map(|_| start()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let id = fs::read_to_string(tool.home.path().join(ID)).unwrap();
    assert_eq!(tool.lines_on_disk().len(), 32);
    assert_eq!(ids(&tool), HashSet::from([id.trim().to_owned()]));
    assert_eq!(id.trim().as_bytes()[14], b'4', "a random UUID");
}

/// Every call about a file ends late, as on a disk behind a slow network: whoever looks and then acts does so long after.
#[test]
fn eight_processes_at_once_on_slow_files_make_one_id_and_lose_nothing() {
    let calls = "openat ?open linkat ?link renameat2 ?rename ?renameat unlinkat ?unlink mkdirat ?mkdir newfstatat ?stat statx flock \
                 ftruncate write pwrite64 fsync fdatasync";
    let late = format!("inject={}:delay_exit=10000", calls.split_whitespace().collect::<Vec<_>>().join(","));
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let start = || {
        let command = tool.command(&["event", "1"]);
        let mut strace = Command::new("strace");
        strace.args(["--follow-forks", "--quiet=all", "--output=/dev/null", "-e", &late]);
        strace.arg(command.get_program()).args(command.get_args()).env_clear();
        for (name, value) in command.get_envs() {
            strace.env(name, value.unwrap());
        }
        strace
            .env("FIXTURE_RELEASE", "--identified")
            .spawn()
            .expect("strace, which acceptance/services/install.sh installs")
    };
    let children: Vec<Child> = (0..8).map(|_| start()).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let id = fs::read_to_string(tool.home.path().join(ID)).unwrap();
    assert_eq!(tool.lines_on_disk().len(), 8);
    assert_eq!(ids(&tool), HashSet::from([id.trim().to_owned()]));
}

#[test]
fn deleting_the_file_gives_a_new_identity_and_a_directory_of_its_name_none_that_lasts() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    let file = tool.home.path().join(ID);
    for expected in 1..=2 {
        run(&tool, "--identified");
        run(&tool, "--identified");
        assert_eq!(ids(&tool).len(), expected);
        fs::remove_file(&file).unwrap();
    }
    fs::create_dir(&file).unwrap();
    run(&tool, "--identified");
    run(&tool, "--identified");
    assert_eq!(ids(&tool).len(), 4, "a throw-away id for each run");
    assert!(fs::read_dir(&file).unwrap().next().is_none());
}

#[test]
fn without_an_identity_neither_ids_nor_times_nor_order_link_two_records() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    run(&tool, "--none");
    tool.run(&["event", "20"]);
    let written: Vec<String> = tool.lines_on_disk();
    assert_eq!(tool.send(), "sent 21, gave up 0");
    let sent = collector.requests().remove(0).items();
    let id = |item: &Value| item["messageId"].as_str().unwrap().to_owned();
    let (ids, in_order): (Vec<String>, Vec<String>) =
        (sent.iter().map(id).collect(), written.iter().map(|line| id(&serde_json::from_str(line).unwrap())).collect());
    assert!(ids.is_sorted() && !in_order.is_sorted(), "by their random ids, and not as they were made");
    for item in &sent {
        assert!(item["timestamp"].as_str().unwrap().ends_with(":00:00.000Z"), "cut to the hour: {item}");
        let members: Vec<&String> = item.as_object().unwrap().keys().collect();
        let known = ["anonymousId", "context", "event", "messageId", "properties", "timestamp", "type"];
        assert!(members.iter().all(|member| known.contains(&member.as_str())), "{item}");
        assert_eq!(item["anonymousId"], "anonymous");
    }
    let other = |item: &Value| {
        let mut item = item.clone();
        (item["messageId"], item["timestamp"]) = ("".into(), "".into());
        item.to_string()
    };
    assert_eq!(
        sent.iter().map(other).collect::<HashSet<_>>().len(),
        1,
        "but for a random id and the hour, all say the same"
    );
}

#[test]
fn a_rotating_identity_links_the_runs_of_a_month_and_its_secret_stays() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    run(&tool, "--rotating");
    run(&tool, "--rotating");
    let ids = ids(&tool);
    assert_eq!(ids.len(), 1);
    let secret = fs::read_to_string(tool.home.state("fixture").join("secret")).unwrap();
    assert!(!ids.contains(secret.trim()) && ids.iter().all(|id| id.len() == 32), "{ids:?}");
}

#[test]
fn the_user_can_choose_a_lower_mode_and_then_no_file_is_made() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    tool.home.store_consent("[fixture]\nlevel = \"all\"\nidentity = \"none\"\n");
    run(&tool, "--identified");
    assert_eq!(ids(&tool), HashSet::from(["anonymous".to_owned()]));
    assert!(!tool.home.path().join(ID).exists());
}

#[test]
fn nothing_is_identified_before_there_is_something_to_say() {
    let collector = FakeCollector::start();
    let tool = Tool::fresh(&collector);
    tool.command(&["count", "3", "--no-telemetry"]).env("FIXTURE_RELEASE", "--identified").output().unwrap();
    tool.command(&["count", "3"]).env("FIXTURE_RELEASE", "--identified").output().unwrap();
    assert!(!tool.home.path().join(ID).exists(), "nor for what stays on the machine");
}

#[test]
fn looking_and_sending_make_no_identity_where_there_is_nothing_to_say() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    for arguments in
        [&["nothing"][..], &["telemetry", "status"], &["telemetry", "preview"], &["telemetry", "send"], &["send"]]
    {
        for (release, file) in [("--identified", ID), ("--rotating", "candor/fixture/secret")] {
            assert!(tool.command(arguments).env("FIXTURE_RELEASE", release).output().unwrap().status.success());
            assert!(!tool.home.path().join(file).exists(), "{arguments:?} {release}");
        }
    }
    run(&tool, "--identified");
    assert!(tool.home.path().join(ID).exists());
}

#[test]
fn a_home_that_belongs_to_somebody_else_changes_nothing_for_the_tool() {
    let collector = FakeCollector::start();
    let tool = Tool::postponed(&collector);
    run(&tool, "--identified");
    fs::set_permissions(tool.home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let before = tool.home.files();
    // The fixture itself may lie where nobody else can look.
    let public = tempfile::tempdir_in("/tmp").unwrap();
    fs::set_permissions(public.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = public.path().join("fixture");
    fs::copy(fixture(), &program).unwrap();
    for how in ["ok", "fail"] {
        let mut command = Command::new(&program);
        command.args(["fetch", how]).env_clear().env("FIXTURE_RELEASE", "--identified").current_dir("/");
        for (name, value) in tool.command(&[]).get_envs() {
            command.env(name, value.unwrap());
        }
        if rustix_is_root() {
            command.uid(65_534).gid(65_534);
        } else {
            fs::set_permissions(tool.home.path().join("candor"), fs::Permissions::from_mode(0o000)).unwrap();
        }
        let output = command.output().unwrap();
        assert_eq!(output.status.code(), Some(i32::from(how == "fail")));
        assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
    }
    fs::set_permissions(tool.home.path().join("candor"), fs::Permissions::from_mode(0o700)).unwrap();
    assert_eq!(tool.home.files(), before);
}

fn rustix_is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").unwrap().uid() == 0
}

#[test]
fn a_full_disk_changes_nothing_for_the_tool_and_leaves_no_half_file() {
    let collector = FakeCollector::start();
    let tool = Tool::agreed(&collector);
    let disk = tool.home.path().join("disk");
    fs::create_dir(&disk).unwrap();
    // A disk of two pages, one of them for the directory, in a namespace of its own.
    let script = r#"mount -t tmpfs -o size=4k,nr_inodes=64 none "$DISK" || exit 99
        head -c 4096 /dev/zero > "$DISK/full" 2>/dev/null
        for release in --identified --rotating --none; do
            FIXTURE_RELEASE=$release "$FIXTURE" fetch ok || exit 1
            FIXTURE_RELEASE=$release "$FIXTURE" event 3 || exit 2
        done
        find "$DISK" -type f -size +0 ! -name full"#;
    let mut command = tool.command(&[]);
    let mut unshare = Command::new("unshare");
    unshare.args(["--mount", "--map-root-user", "sh", "-c", script]).env_clear();
    for (name, value) in command.env("CANDOR_HOME", &disk).env("DISK", &disk).env("FIXTURE", fixture()).get_envs() {
        unshare.env(name, value.unwrap());
    }
    let output = unshare.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
}
