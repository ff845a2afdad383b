//! Versions, in the order of their releases.

use std::cmp::Ordering;

/// A version that can be ordered: Semantic Versioning, but with any number of numbers (`1.4`, `24.1.0.1`) and a `v`
/// before them, as real tools have them. Numbers that are not written are 0.
#[derive(Debug, Clone)]
pub(crate) struct Release<'a> {
    numbers: Vec<u64>,
    pre_release: Option<&'a str>,
}

impl<'a> Release<'a> {
    /// The release of this name, or nothing where it does not look like one.
    pub(crate) fn parse(text: &'a str) -> Option<Self> {
        let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
        let text = text.split_once('+').map_or(text, |(text, _build)| text);
        let (numbers, pre_release) = match text.split_once('-') {
            Some((numbers, pre_release)) => (numbers, Some(pre_release)),
            None => (text, None),
        };
        let number = |part: &str| match part.bytes().all(|byte| byte.is_ascii_digit()) {
            true => part.parse().ok(),
            false => None,
        };
        let mut numbers = numbers.split('.').map(number).collect::<Option<Vec<_>>>()?;
        while numbers.last() == Some(&0) {
            numbers.pop();
        }
        Some(Self { numbers, pre_release })
    }

    /// Whether it came before its release: `1.4.0-rc.1`.
    pub(crate) fn is_pre_release(&self) -> bool {
        self.pre_release.is_some()
    }
}

impl Ord for Release<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.numbers.cmp(&other.numbers).then_with(|| match (self.pre_release, other.pre_release) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(ours), Some(theirs)) => compare_identifiers(ours, theirs),
        })
    }
}

/// The rule of Semantic Versioning: numbers by value and before words, words by their bytes, fewer before more.
fn compare_identifiers(ours: &str, theirs: &str) -> Ordering {
    let mut theirs = theirs.split('.');
    for our in ours.split('.') {
        let Some(their) = theirs.next() else { return Ordering::Greater };
        let order = match (our.parse::<u64>(), their.parse::<u64>()) {
            (Ok(our), Ok(their)) => our.cmp(&their),
            (Ok(_), Err(_)) => Ordering::Less,
            (Err(_), Ok(_)) => Ordering::Greater,
            (Err(_), Err(_)) => our.cmp(their),
        };
        if order != Ordering::Equal {
            return order;
        }
    }
    if theirs.next().is_some() { Ordering::Less } else { Ordering::Equal }
}

impl PartialOrd for Release<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Release<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Release<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn releases_are_in_the_order_in_which_they_came_out() {
        let ascending = [
            "0.9",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0",
            "v1.0.1",
            "1.2.0",
            "1.10.0",
            "1.10.0.1",
            "24.1",
        ];
        for pair in ascending.windows(2) {
            let (lower, higher) = (Release::parse(pair[0]), Release::parse(pair[1]));
            assert!(lower.is_some() && lower < higher, "{pair:?}");
        }
    }

    #[test]
    fn build_metadata_and_zeros_make_no_difference() {
        assert_eq!(Release::parse("1.4+linux"), Release::parse("v1.4.0"));
    }

    #[test]
    fn what_is_no_version_is_not_taken_for_one() {
        for text in ["", "v", "dev", "unknown", "1..2", "1.x", "99999999999999999999.0", "１.0", "-1.0"] {
            assert_eq!(Release::parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_texts_have_an_order_that_sorting_can_rely_on(texts in prop::collection::vec("v?[0-9]{0,3}(\\.[0-9]{1,3}){0,3}(-[a-z0-9.]{0,6})?|\\PC{0,8}", 0..20)) {
            let mut releases: Vec<_> = texts.iter().map(|text| Release::parse(text)).collect();
            releases.sort();
            prop_assert!(releases.windows(2).all(|pair| pair[0] <= pair[1]));
        }
    }
}
