//! One thing that a manifest says, so that two manifests can be compared.

/// One thing that a manifest says.
pub(super) struct Statement {
    /// What it is about, for the reviewer: `operation fetch, field resources`.
    pub(super) subject: String,
    /// What it says.
    pub(super) value: String,
    weight: Weight,
    /// The lines of [`crate::Manifest::collects`] that it makes.
    pub(super) lines: Vec<String>,
}

/// What a change of a statement means.
enum Weight {
    /// That it is there collects something; what it says may be put in other words.
    Presence,
    /// It cannot be put in an order: that it is there, and any other value, collects more.
    Place,
    /// Like a place, but it comes with something that is told already.
    Detail,
    /// It comes with something, and the higher collects more; two without a rank cannot be compared.
    Rank(Option<u64>),
    /// A way to say no: its loss collects more.
    Switch,
    /// Words for the reader.
    Words,
}

impl Statement {
    /// Something that is recorded; `line` stands for it.
    pub(super) fn presence(subject: String, value: &str, line: String) -> Self {
        Self { subject, value: value.to_owned(), weight: Weight::Presence, lines: vec![line] }
    }

    /// Where something goes to.
    pub(super) fn place(subject: &str, value: &str) -> Self {
        let line = format!("{subject}={value}");
        Self { subject: subject.to_owned(), value: value.to_owned(), weight: Weight::Place, lines: vec![line] }
    }

    /// A property of something that is recorded, without an order; `lines` change with every value.
    pub(super) fn detail(subject: String, value: String, lines: Vec<String>) -> Self {
        Self { subject, value, weight: Weight::Detail, lines }
    }

    /// One of a few steps, the least first: `rungs` are what the steps above the first add to `path`. Each makes a line of
    /// its own, so that one step up adds a line and one down adds none.
    pub(super) fn step(subject: String, value: &str, path: &str, rungs: &[&str], reached: usize) -> Self {
        let lines = rungs.iter().take(reached).map(|rung| format!("{path}{rung}")).collect();
        Self { subject, value: value.to_owned(), weight: Weight::Rank(Some(reached as u64)), lines }
    }

    /// A property with an order of its own, of too many values for steps; `lines` change with every rank.
    pub(super) fn ranked(subject: String, value: String, rank: Option<u64>, lines: Vec<String>) -> Self {
        Self { subject, value, weight: Weight::Rank(rank), lines }
    }

    /// A way to say no.
    pub(super) fn switch(subject: String, value: &str) -> Self {
        Self { subject, value: value.to_owned(), weight: Weight::Switch, lines: Vec::new() }
    }

    /// Something that only explains.
    pub(super) fn words(subject: String, value: &str) -> Self {
        Self { subject, value: value.to_owned(), weight: Weight::Words, lines: Vec::new() }
    }

    /// Whether more is collected where this was not said before.
    pub(super) fn adding_collects_more(&self) -> bool {
        matches!(self.weight, Weight::Presence | Weight::Place)
    }

    /// Whether more is collected where this is not said any more.
    pub(super) fn removing_collects_more(&self) -> bool {
        matches!(self.weight, Weight::Switch)
    }

    /// Whether it collects more than what it said before, which was something else.
    pub(super) fn collects_more_than(&self, before: &Self) -> bool {
        match (&self.weight, &before.weight) {
            (Weight::Presence | Weight::Switch | Weight::Words, _) => false,
            (Weight::Rank(Some(now)), Weight::Rank(Some(then))) => now > then,
            (Weight::Place | Weight::Detail | Weight::Rank(_), _) => true,
        }
    }
}
