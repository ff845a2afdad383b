//! How many reports one run makes.

use std::{panic::Location, sync::Mutex};

use crate::record::lock;

/// A program that fails in a loop says nothing new after a few times, and its reports would push those of other runs out
/// of the spool. What is counted beside them is counted in full.
const MOST_REPORTS: usize = 10;

/// The places that this run has reported.
#[derive(Debug, Default)]
pub(crate) struct Limit {
    reported: Mutex<Vec<Place>>,
}

/// File, line and column.
type Place = (String, u32, u32);

impl Limit {
    /// Whether there is to be a report of what happened here: once for each place, and not without end.
    pub(crate) fn admits(&self, place: &Location<'_>) -> bool {
        let mut reported = lock(&self.reported);
        let is_known = reported.iter().any(|(file, line, column)| {
            (file.as_str(), *line, *column) == (place.file(), place.line(), place.column())
        });
        let admits = !is_known && reported.len() < MOST_REPORTS;
        if admits {
            reported.push((place.file().to_owned(), place.line(), place.column()));
        }
        admits
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn here() -> &'static Location<'static> {
        Location::caller()
    }

    #[test]
    fn each_place_is_reported_once_and_no_more_than_ten() {
        let limit = Limit::default();
        let again = here();
        assert!(limit.admits(again) && !limit.admits(again));
        #[rustfmt::skip] // one line, so that the columns tell them apart
        let places = [here(), here(), here(), here(), here(), here(), here(), here(), here(), here(), here(), here()];
        assert_eq!(places.iter().filter(|place| limit.admits(place)).count(), MOST_REPORTS - 1);
    }
}
