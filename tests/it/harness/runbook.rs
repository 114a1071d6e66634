//! What runbooks tell operators to do in databases.

use std::path::Path;

/// The blocks of SQL of a runbook, in their order.
pub fn sql_of_the_runbook(page: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(root.join("docs/runbooks").join(page)).expect("the runbook");
    let blocks = page.split("```sql").skip(1).map(|rest| rest.split("```").next().expect("the end of the block"));
    blocks.map(str::to_owned).collect()
}
