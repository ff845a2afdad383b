//! The page for users, and the notice.

use candor_manifest::{Format, Manifest, document, template};

use crate::example::{TEXT, changed, manifest};

#[test]
fn the_page_tells_everything_that_the_manifest_says() {
    insta::assert_snapshot!(document(&manifest(), Format::Markdown));
}

#[test]
fn the_page_of_the_template_promises_no_identity() {
    insta::assert_snapshot!(document(&Manifest::parse(template()).unwrap(), Format::Markdown));
}

#[test]
fn the_page_for_documentation_sites_says_the_same() {
    let said = |page: String| {
        page.replace(['\\', '>', '<', '*'], "").split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    let (markdown, mdx) = (said(document(&manifest(), Format::Markdown)), document(&manifest(), Format::Mdx));
    assert!(mdx.starts_with("---\ntitle: \"What inventory records about its use\"\n"), "{mdx}");
    assert_eq!((mdx.matches("\n:::note[").count(), mdx.matches("\n:::\n").count()), (1, 1));
    let mdx = said(mdx);
    let body = |words: &[String]| words[words.iter().position(|word| word == "Seeing").unwrap()..].to_vec();
    assert_eq!(body(&mdx), body(&markdown));
}

/// What nobody may read where an identifier is sent, whatever else is declared.
#[test]
fn a_page_calls_nothing_anonymous_that_is_pseudonymous() {
    let installation = TEXT.to_owned();
    let rotating = changed("mode = \"installation\"", "mode = \"rotating\"");
    let rotating = rotating.lines().filter(|line| !line.starts_with("file =") && !line.starts_with("reason ="));
    let rotating = rotating.collect::<Vec<_>>().join("\n");
    for text in [installation, rotating] {
        let manifest = Manifest::parse(&text).unwrap();
        let page = document(&manifest, Format::Markdown);
        let both = format!("{page}{}", manifest.notice());
        assert!(!both.to_lowercase().contains("anonym"), "{both}");
        assert!(page.contains("**Pseudonymous"), "{page}");
        assert!(!page.contains("told to come from the same computer."), "that is promised without an identity alone");
    }
}

#[test]
fn a_promise_ends_where_the_manifest_declares_what_comes_near() {
    let page = document(&manifest(), Format::Markdown);
    assert!(page.contains("values of options") && page.contains("but for messages of crashes"), "{page}");
    let text = changed("messages = \"scrubbed\"", "").replace("type = \"flag\"", "type = \"command\"");
    let manifest = Manifest::parse(&text).unwrap();
    let page = document(&manifest, Format::Markdown);
    assert!(page.contains("Command-line arguments and options") && !page.contains("but for messages"), "{page}");
    assert!(manifest.notice().contains("error texts"), "{}", manifest.notice());
}

#[test]
fn a_notice_is_made_where_there_is_none_and_leaves_room_for_what_is_new() {
    let notice = manifest().notice();
    assert!(notice.lines().count() <= 5, "the example has everything that makes it longer");
    insta::assert_snapshot!(notice);
    let text = changed("non_interactive", "notice = \"Short.\"\nnon_interactive");
    assert_eq!(Manifest::parse(&text).unwrap().notice(), "Short.");
}
