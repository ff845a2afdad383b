//! What a token may do.

use std::{fmt, str::FromStr};

/// One thing that a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenScope {
    /// Look at reports and at what became of items.
    Read,
    /// Ask in SQL, which shows single rows too.
    Sql,
    /// Change and remove what is stored.
    Admin,
}

impl TokenScope {
    /// Every scope.
    pub const ALL: [Self; 3] = [Self::Read, Self::Sql, Self::Admin];

    /// Its name in the catalog, on the command line and in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Sql => "sql",
            Self::Admin => "admin",
        }
    }
}

impl fmt::Display for TokenScope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// There is no scope of this name.
#[derive(Debug, thiserror::Error)]
#[error("there is no scope `{0}`: a token may have read, sql and admin")]
pub struct NoSuchScope(String);

impl FromStr for TokenScope {
    type Err = NoSuchScope;

    fn from_str(name: &str) -> Result<Self, NoSuchScope> {
        Self::ALL.into_iter().find(|scope| scope.as_str() == name).ok_or_else(|| NoSuchScope(name.to_owned()))
    }
}

/// All that a token may do. None includes another: who may remove rows need not see them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TokenScopes(u8);

impl TokenScopes {
    /// What the token of a new project may do.
    #[must_use]
    pub fn of_a_project() -> Self {
        Self::from_iter([TokenScope::Read, TokenScope::Sql])
    }

    /// Whether this is among them.
    #[must_use]
    pub fn contains(self, scope: TokenScope) -> bool {
        self.0 & bit(scope) != 0
    }

    /// Each of them.
    pub fn iter(self) -> impl Iterator<Item = TokenScope> {
        TokenScope::ALL.into_iter().filter(move |scope| self.contains(*scope))
    }
}

fn bit(scope: TokenScope) -> u8 {
    1 << scope as u8
}

impl FromIterator<TokenScope> for TokenScopes {
    fn from_iter<T: IntoIterator<Item = TokenScope>>(scopes: T) -> Self {
        Self(scopes.into_iter().fold(0, |bits, scope| bits | bit(scope)))
    }
}

/// `read,sql`
impl fmt::Display for TokenScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = self.iter().map(TokenScope::as_str).collect();
        f.write_str(&names.join(","))
    }
}

impl FromStr for TokenScopes {
    type Err = NoSuchScope;

    fn from_str(names: &str) -> Result<Self, NoSuchScope> {
        names.split(',').map(str::parse).collect()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]

    use super::*;

    #[test]
    fn scopes_are_read_as_they_are_written() {
        for names in ["read", "sql", "admin", "read,sql", "read,sql,admin"] {
            assert_eq!(names.parse::<TokenScopes>().unwrap().to_string(), names);
        }
        assert_eq!("admin,read,read".parse::<TokenScopes>().unwrap().to_string(), "read,admin");
        for names in ["", "write", "read,", "read, sql"] {
            assert!(names.parse::<TokenScopes>().is_err(), "{names}");
        }
    }

    #[test]
    fn no_scope_includes_another() {
        for one in TokenScope::ALL {
            let alone = TokenScopes::from_iter([one]);
            assert_eq!(alone.iter().collect::<Vec<_>>(), [one]);
        }
    }
}
