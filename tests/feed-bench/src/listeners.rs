//! The processes with verifiers, seen from the one that measures.

use std::process::Stdio;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::Failure;
use crate::listening::{Heard, WORD};
use crate::machine;
use crate::product::{Product, SECRET};

const PROCESSES: usize = 4;
const VERIFIERS_OF_EACH: usize = 250;
pub const VERIFIERS: usize = PROCESSES * VERIFIERS_OF_EACH;

pub struct Listeners(Vec<(Child, Lines<BufReader<ChildStdout>>)>);

impl Listeners {
    /// Returns when all verifiers are fresh.
    pub async fn start(product: &Product) -> Result<Self, Failure> {
        let (program, count) = (std::env::current_exe()?, VERIFIERS_OF_EACH.to_string());
        let mut processes = Vec::new();
        for _ in 0..PROCESSES {
            let mut process = Command::new(&program)
                .args([WORD, product.identity()?, SECRET, &count])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .kill_on_drop(true)
                .spawn()?;
            let lines = BufReader::new(process.stdout.take().ok_or("its output is piped")?).lines();
            processes.push((process, lines));
        }
        for (_, lines) in &mut processes {
            let line = lines.next_line().await?;
            if line.as_deref() != Some("fresh") {
                return Err("a process with verifiers ended before all were fresh".into());
            }
        }
        Ok(Self(processes))
    }

    /// The time of processors that they have used.
    pub fn used(&self) -> Result<Duration, Failure> {
        self.0.iter().map(|(process, _)| machine::used_by(process.id().ok_or("it has ended")?)).sum()
    }

    /// Ends them; what each of them has heard.
    pub async fn tell(self) -> Result<Vec<Vec<Heard>>, Failure> {
        let mut told = Vec::new();
        for (mut process, mut lines) in self.0 {
            drop(process.stdin.take());
            let line = lines.next_line().await?.ok_or("a process with verifiers ended without a word")?;
            told.push(serde_json::from_str(&line)?);
            process.wait().await?;
        }
        Ok(told)
    }
}
