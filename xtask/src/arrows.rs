//! The arrows between crates: what ARCHITECTURE.md allows is what `cargo metadata` finds.

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use crate::workspace;

    type Arrows = BTreeMap<String, BTreeSet<String>>;

    /// Packages that test or measure the product; they may use any of it.
    const OUTSIDE: &[&str] = &["acceptance", "benches", "footprint", "xtask"];

    #[test]
    fn the_arrows_between_crates_are_those_of_architecture_md() {
        let (documented, found) = (documented_arrows(), found_arrows());
        for (package, targets) in &found {
            let allowed = documented.get(package).unwrap_or_else(|| panic!("ARCHITECTURE.md does not list {package}"));
            assert_eq!(targets, allowed, "what {package} depends on; ARCHITECTURE.md is on the right");
        }
        let (listed, existing): (BTreeSet<_>, BTreeSet<_>) = (documented.keys().collect(), found.keys().collect());
        assert_eq!(listed, existing, "ARCHITECTURE.md, on the left, lists the crates that exist");
    }

    #[test]
    fn arrows_point_down_only() {
        let order: Vec<String> = documented_lines().into_iter().map(|(package, _)| package).collect();
        for (package, targets) in documented_lines() {
            let place = |name: &str| order.iter().position(|other| other == name);
            for target in targets {
                assert!(place(&target) < place(&package), "{package} -> {target} points up: list {target} first");
            }
        }
    }

    #[test]
    fn nothing_heavy_is_reachable_from_the_sdk() {
        let tree = workspace::output_of(workspace::cargo(&[
            "tree",
            "--package",
            "candor",
            "--all-features",
            "--edges",
            "normal",
            "--prefix",
            "none",
            "--format",
            "{p}",
        ]))
        .expect("cargo tree");
        assert!(tree.contains("candor-wire"), "the tree is really that of the SDK");
        for heavy in ["tokio ", "hyper ", "reqwest ", "datafusion", "deltalake", "arrow", "serde_derive "] {
            assert!(!tree.lines().any(|line| line.starts_with(heavy)), "{heavy}is reachable from candor");
        }
    }

    fn documented_lines() -> Vec<(String, BTreeSet<String>)> {
        let text = std::fs::read_to_string(workspace::root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
        let block = text.split("```arrows\n").nth(1).and_then(|rest| rest.split("```").next());
        let line = |line: &str| {
            let (package, targets) = line.split_once("->").expect("PACKAGE -> TARGET ...");
            (package.trim().to_owned(), targets.split_whitespace().map(str::to_owned).collect())
        };
        block.expect("a block ```arrows").lines().map(line).collect()
    }

    fn documented_arrows() -> Arrows {
        documented_lines().into_iter().collect()
    }

    fn found_arrows() -> Arrows {
        let json = workspace::output_of(workspace::cargo(&["metadata", "--format-version", "1", "--no-deps"]));
        let metadata: serde_json::Value = serde_json::from_str(&json.expect("cargo metadata")).expect("JSON");
        let packages = metadata["packages"].as_array().expect("packages");
        let name = |value: &serde_json::Value| value["name"].as_str().expect("a name").to_owned();
        let members: BTreeSet<String> = packages.iter().map(name).collect();
        let arrows_of = |package: &serde_json::Value| {
            let dependencies = package["dependencies"].as_array().expect("dependencies");
            let product = dependencies.iter().filter(|dependency| dependency["kind"] != "dev");
            product.map(name).filter(|target| members.contains(target)).collect()
        };
        let inside = packages.iter().filter(|package| !OUTSIDE.contains(&name(package).as_str()));
        inside.map(|package| (name(package), arrows_of(package))).collect()
    }
}
