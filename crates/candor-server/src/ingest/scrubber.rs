//! Scrubbing the same texts again and again: names, versions and properties repeat from event to event.

use crate::few::Few;
use candor_privacy::scrub;
use candor_wire::segment::Sdk;
use candor_wire::{Environment, Shared};
use foldhash::quality::RandomState;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Longer texts rarely repeat.
const MAX_REMEMBERED_BYTES: usize = 64;
/// About 300 KB with the longest texts. A client that makes up names only makes its own requests slower.
const MAX_REMEMBERED: usize = 2_000;
/// As many as requests are scrubbed at once on a large machine; more are made and thrown away.
const MAX_WAITING: usize = 64;

/// Remembers which short texts had nothing to replace. What it says is what [`scrub`] says.
#[derive(Debug, Default)]
pub(crate) struct Scrubber {
    clean: HashSet<Box<str>, RandomState>,
    of_request: OfRequest,
}

/// A name and a version.
pub(super) type Versioned = (Option<Arc<str>>, Option<Arc<str>>);

/// Values that items of a request share, and what became of them. Forgotten with the request.
#[derive(Debug, Default)]
struct OfRequest {
    environments: Few<Shared<Environment>, Shared<Environment>>,
    sdks: Few<Shared<Sdk>, Versioned>,
}

impl Scrubber {
    /// The scrubbed text, without a copy where there was nothing to do.
    pub(super) fn text(&mut self, text: String) -> String {
        if self.clean.contains(text.as_str()) {
            return text;
        }
        match scrub(&text) {
            Cow::Borrowed(_) => {
                self.remember(&text);
                text
            }
            Cow::Owned(clean) => clean,
        }
    }

    /// What `scrubbed` makes of an environment; of one that an item before had as well, what it made then.
    pub(super) fn environment(
        &mut self,
        environment: &Shared<Environment>,
        scrubbed: impl FnOnce(&mut Self, Environment) -> Environment,
    ) -> Shared<Environment> {
        if let Some(clean) = self.of_request.environments.find(|known| known.is_same(environment)) {
            return clean.clone();
        }
        let clean = Shared::from(scrubbed(self, (**environment).clone()));
        self.of_request.environments.keep(environment.clone(), clean.clone());
        clean
    }

    /// The same of the library that sent an item.
    pub(super) fn sdk(&mut self, sdk: &Shared<Sdk>, scrubbed: impl FnOnce(&mut Self, Sdk) -> Versioned) -> Versioned {
        if let Some(clean) = self.of_request.sdks.find(|known| known.is_same(sdk)) {
            return clean.clone();
        }
        let clean = scrubbed(self, (**sdk).clone());
        self.of_request.sdks.keep(sdk.clone(), clean.clone());
        clean
    }

    fn remember(&mut self, text: &str) {
        if text.len() > MAX_REMEMBERED_BYTES {
            return;
        }
        if self.clean.len() >= MAX_REMEMBERED {
            self.clean.clear();
        }
        self.clean.insert(text.into());
    }
}

/// The scrubbers of a project; no text of one project is remembered for another.
#[derive(Debug, Default)]
pub(crate) struct Scrubbers {
    waiting: Mutex<Vec<Scrubber>>,
}

impl Scrubbers {
    /// Lends a scrubber that remembers what earlier requests said.
    pub(super) fn lend<T>(&self, work: impl FnOnce(&mut Scrubber) -> T) -> T {
        let waiting = || self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let lent = waiting().pop();
        let mut scrubber = lent.unwrap_or_default();
        let result = work(&mut scrubber);
        scrubber.of_request.environments.clear();
        scrubber.of_request.sdks.clear();
        let mut waiting = waiting();
        if waiting.len() < MAX_WAITING {
            waiting.push(scrubber);
        }
        result
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_what_was_clean() {
        let scrubbers = Scrubbers::default();
        for _ in 0..3 {
            let scrubbed = |text: &str| scrubbers.lend(|scrubber| scrubber.text(text.to_owned()));
            assert_eq!(scrubbed("fetch"), "fetch");
            assert_eq!(scrubbed("from jane.doe@example.com"), scrub("from jane.doe@example.com"));
            assert!(!scrubbed("from jane.doe@example.com").contains("jane"));
        }
        let remembered = scrubbers.lend(|scrubber| scrubber.clean.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(remembered, ["fetch"]);
    }

    #[test]
    fn a_flood_of_names_takes_no_more_memory_than_its_bound() {
        let mut scrubber = Scrubber::default();
        for i in 0..3 * MAX_REMEMBERED {
            scrubber.text(format!("name {i}"));
            scrubber.text("x ".repeat(1000));
        }
        assert!(scrubber.clean.len() <= MAX_REMEMBERED);
        assert!(scrubber.clean.iter().all(|text| text.len() <= MAX_REMEMBERED_BYTES));
    }
}
