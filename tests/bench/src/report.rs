//! One table per group of questions, on standard output.

use crate::measure::{BOUND, Growth};
use crate::question::{Group, Question};
use crate::world::World;

const WORDS: usize = 32;
const COLUMN: usize = 24;

/// The head of a table: a column for each world.
pub fn heading(group: &Group, worlds: &[World]) {
    let columns: String = worlds
        .iter()
        .map(|world| {
            let (count, noun) = (group.growing)(world.size);
            format!("{:>COLUMN$}", format!("{} {noun}", grouped(count)))
        })
        .collect();
    println!("\n{:WORDS$}{columns}{:>10}", group.title, "ratio");
}

/// A line of a table.
pub fn line(question: Question, growth: &Growth) {
    let columns: String = growth
        .medians
        .iter()
        .map(|median| format!("{:>COLUMN$}", format!("{:.3} ms", median.as_secs_f64() * 1_000.0)))
        .collect();
    let ratio = growth.ratio();
    let verdict = if growth.is_broken() {
        format!("BROKEN: at most {BOUND}")
    } else if ratio > BOUND {
        format!("a little over {BOUND}")
    } else {
        "ok".to_owned()
    };
    println!("{:WORDS$}{columns}{ratio:>10.2}  {verdict}", question.words());
}

/// A number as people read it.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
