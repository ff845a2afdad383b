//! The page for users, and the notice.

use candor_manifest::{Manifest, document, template};

use crate::example::{changed, manifest};

#[test]
fn the_page_tells_everything_that_the_manifest_says() {
    insta::assert_snapshot!(document(&manifest()));
}

#[test]
fn the_page_of_the_template_promises_no_identity() {
    insta::assert_snapshot!(document(&Manifest::parse(template()).unwrap()));
}

#[test]
fn a_notice_is_made_where_there_is_none_and_fits_six_lines() {
    let notice = manifest().notice();
    assert!(notice.lines().count() <= 6);
    insta::assert_snapshot!(notice);
    let text = changed("non_interactive", "notice = \"Short.\"\nnon_interactive");
    assert_eq!(Manifest::parse(&text).unwrap().notice(), "Short.");
}
