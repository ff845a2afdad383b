//! Local users and groups.

use std::path::PathBuf;

use super::Provider;
use crate::{
    machine::{CollectError, Machine},
    schema::{Column, Kind::*, Rows, Table, column},
};

const USERS: Table = Table { name: "users", kind: "user", about: "a local user", columns: &USER_COLUMNS };
const USER_COLUMNS: [Column; 7] = [
    column("name", Text, "login name"),
    column("uid", Integer, "user id"),
    column("gid", Integer, "id of the first group"),
    column("password", Text, "shadowed, none (no password is asked for), locked, or in_passwd"),
    column("full_name", Text, "the comment field"),
    column("home", Text, "home directory"),
    column("shell", Text, "login shell"),
];

const GROUPS: Table = Table { name: "groups", kind: "group", about: "a local group", columns: &GROUP_COLUMNS };
const GROUP_COLUMNS: [Column; 2] = [column("name", Text, "its name"), column("gid", Integer, "group id")];

const MEMBERS: Table = Table {
    name: "group_members",
    kind: "group_member",
    about: "a user in a group that is not the user's first",
    columns: &MEMBER_COLUMNS,
};
const MEMBER_COLUMNS: [Column; 2] = [column("group_name", Text, "the group"), column("user_name", Text, "the user")];

/// `/etc/passwd` and `/etc/group`.
pub(super) struct Users;

impl Provider for Users {
    fn name(&self) -> &'static str {
        "users"
    }

    fn version(&self) -> &'static str {
        "1.0.0"
    }

    fn about(&self) -> &'static str {
        "local users, groups and who is in them"
    }

    fn tables(&self) -> &'static [&'static Table] {
        &[&USERS, &GROUPS, &MEMBERS]
    }

    fn collect(&self, machine: &Machine) -> Result<Vec<Rows>, CollectError> {
        let (mut users, mut groups, mut members) = (Rows::of(&USERS), Rows::of(&GROUPS), Rows::of(&MEMBERS));
        for line in Lines::of(machine, "/etc/passwd")?.iter() {
            let [name, password, uid, gid, full_name, home, shell] = line.fields()?;
            users.push([
                name.into(),
                line.number(uid)?.into(),
                line.number(gid)?.into(),
                password_kind(password).into(),
                full_name.into(),
                home.into(),
                shell.into(),
            ]);
        }
        for line in Lines::of(machine, "/etc/group")?.iter() {
            let [name, _password, gid, listed] = line.fields()?;
            groups.push([name.into(), line.number(gid)?.into()]);
            for member in listed.split(',').filter(|member| !member.is_empty()) {
                members.push([name.into(), member.into()]);
            }
        }
        Ok(vec![users, groups, members])
    }
}

/// What the second field says, without a hash that may stand there.
fn password_kind(field: &str) -> &'static str {
    match field {
        "" => "none",
        "x" => "shadowed",
        locked if locked.starts_with(['*', '!']) => "locked",
        _ => "in_passwd",
    }
}

/// A file of lines with fields between colons.
struct Lines {
    path: PathBuf,
    text: String,
}

impl Lines {
    fn of(machine: &Machine, absolute: &str) -> Result<Self, CollectError> {
        Ok(Self { path: machine.path(absolute), text: machine.read(absolute)? })
    }

    /// Comments, blank lines and the marks of NIS (`+`, `-`) describe no local account.
    fn iter(&self) -> impl Iterator<Item = Line<'_>> {
        let lines = self.text.lines().enumerate();
        lines
            .filter(|(_, text)| !text.trim().is_empty() && !text.starts_with(['#', '+', '-']))
            .map(|(index, text)| Line { file: self, number: index + 1, text })
    }
}

struct Line<'a> {
    file: &'a Lines,
    number: usize,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn fields<const N: usize>(&self) -> Result<[&'a str; N], CollectError> {
        let fields: Vec<&str> = self.text.split(':').collect();
        let found = fields.len();
        fields.try_into().map_err(|_| self.malformed(format!("{found} fields instead of {N}")))
    }

    fn number(&self, field: &str) -> Result<u32, CollectError> {
        field.parse().map_err(|_| self.malformed("an id is no number".into()))
    }

    fn malformed(&self, what: String) -> CollectError {
        CollectError::Malformed { path: self.file.path.clone(), line: Some(self.number), what }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_hash_never_becomes_a_value() {
        assert_eq!(password_kind("$6$salt$hash"), "in_passwd");
        assert_eq!(password_kind("!$6$salt$hash"), "locked");
        assert_eq!(password_kind("x"), "shadowed");
        assert_eq!(password_kind(""), "none");
    }

    #[test]
    fn comments_and_network_accounts_are_skipped_and_a_bad_line_is_named() {
        let text = "# local\n\n+::::::\nroot:x:0:0:root:/root:/bin/sh\nbroken:x\n".to_owned();
        let lines = Lines { path: "/etc/passwd".into(), text };
        let lines: Vec<_> =
            lines.iter().map(|line| (line.number, line.fields::<7>().map_err(|e| e.to_string()))).collect();
        assert_eq!(lines.len(), 2);
        assert_eq!(lines[0], (4, Ok(["root", "x", "0", "0", "root", "/root", "/bin/sh"])));
        assert_eq!(lines[1], (5, Err("cannot understand /etc/passwd, line 5: 2 fields instead of 7".to_owned())));
    }
}
