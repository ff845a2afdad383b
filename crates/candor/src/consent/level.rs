//! How much may be recorded, and how much may leave the machine.

/// What a user agrees to. Levels are ordered by what leaves the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Nothing is recorded and nothing is sent.
    Off,
    /// Everything is recorded and can be looked at; nothing is sent.
    Local,
    /// Errors and crashes only.
    Errors,
    /// Usage too.
    Stats,
    /// Also what is recorded one by one (`collect = "each"`).
    All,
}

impl Level {
    /// Every level, the lowest first.
    pub const ALL: &[Self] = &[Self::Off, Self::Local, Self::Errors, Self::Stats, Self::All];

    /// Its name in files and variables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Local => "local",
            Self::Errors => "errors",
            Self::Stats => "stats",
            Self::All => "all",
        }
    }

    /// The level of this name, if there is one.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|level| level.as_str() == name)
    }

    /// Whether what is declared for `needed` is recorded at this level.
    #[must_use]
    pub fn records(self, needed: Self) -> bool {
        match self {
            Self::Off => false,
            Self::Local => true,
            Self::Errors | Self::Stats | Self::All => needed <= self,
        }
    }

    /// Whether anything may leave the machine.
    #[must_use]
    pub fn sends(self) -> bool {
        self >= Self::Errors
    }
}

impl std::fmt::Display for Level {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn local_records_everything_and_sends_nothing() {
        assert!(Level::Local.records(Level::All));
        assert!(!Level::Local.sends());
    }

    #[test]
    fn a_level_records_what_needs_no_more_than_it() {
        assert!(Level::Stats.records(Level::Errors) && Level::Stats.records(Level::Stats));
        assert!(!Level::Stats.records(Level::All) && !Level::Errors.records(Level::Stats));
        assert!(Level::ALL.iter().all(|needed| !Level::Off.records(*needed)));
    }

    #[test]
    fn names_lead_back_to_their_levels() {
        assert!(Level::ALL.iter().all(|level| Level::from_name(level.as_str()) == Some(*level)));
        assert_eq!(Level::from_name("Stats"), None);
    }
}
