//! What must not compile, and what the compiler says about it.

use std::{
    fs,
    path::{Path, PathBuf},
};

#[test]
fn what_is_not_declared_does_not_compile() {
    copy_manifests();
    trybuild::TestCases::new().compile_fail("tests/compile/*.rs");
}

/// Puts the manifests where the cases are compiled: beside the `Cargo.toml` that trybuild makes for them.
fn copy_manifests() {
    let project = target_directory().join("tests/trybuild").join(env!("CARGO_PKG_NAME"));
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/compile");
    fs::create_dir_all(&project).expect("the target directory can be written");
    for file in fs::read_dir(sources).expect("the cases are there").flatten() {
        if file.path().extension().is_some_and(|extension| extension == "toml") {
            fs::copy(file.path(), project.join(file.file_name())).expect("the target directory can be written");
        }
    }
}

/// The directory that this test was built into: it runs as TARGET/PROFILE/deps/NAME.
fn target_directory() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its own path");
    test.ancestors().nth(3).expect("cargo builds into TARGET/PROFILE/deps").to_owned()
}
