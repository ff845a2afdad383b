//! docs/wire.md says what the code does.

use candor_wire::otlp::NEVER_KEPT;

#[test]
fn the_document_lists_every_name_that_is_never_kept() {
    let document = include_str!("../../../../docs/wire.md");
    let (_, after) = document.split_once("are never kept, nor what goes on after a dot:").unwrap();
    let list = after.trim_start().split("\n\n").next().unwrap();
    let names: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    assert_eq!(names, NEVER_KEPT);
}
