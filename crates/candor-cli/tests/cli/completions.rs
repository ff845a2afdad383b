use crate::candor::Place;

#[test]
fn completions_and_the_manual_page_know_the_commands() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(place.run(&["completions", shell]).ok().contains("report"), "{shell}");
    }
    let page = place.run(&["man"]).ok();
    assert!(page.starts_with(".ie") && page.contains("CANDOR PROJECT CREATE"), "{page}");
}
