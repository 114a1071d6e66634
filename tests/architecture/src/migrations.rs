//! Migrations that nobody applies.

use std::collections::BTreeMap;

use crate::source::SourceFile;

/// Files in a service's folder of migrations that its list leaves out or names more than once, and steps whose name does not tell their
/// file.
pub fn violations(files: &[SourceFile]) -> Vec<String> {
    let mut violations = Vec::new();
    let lists: BTreeMap<&str, &SourceFile> =
        files.iter().filter_map(|file| Some((file.path.strip_suffix("/migrations.rs")?, file))).collect();
    for file in files {
        let Some((folder, name)) = file.path.split_once("/migrations/") else { continue };
        let Some(list) = lists.get(folder) else {
            violations.push(format!("{}: there is no list of migrations beside its folder", file.path));
            continue;
        };
        let module = name.trim_end_matches(".rs");
        let times = list.text.matches(&format!("Box::new({module}::")).count();
        if times != 1 {
            violations.push(format!("{}: {} registers it {times} times instead of once", file.path, list.path));
        }
        // What a step is called is kept in databases, so its file can be found by it.
        let step = format!("{}\"", module.trim_start_matches('m'));
        if !file.text.contains(&step) {
            violations.push(format!("{}: the step's name must end with {}", file.path, step.trim_end_matches('"')));
        }
    }
    violations
}
