//! Measures what verifying a token costs, beside the bare signature check of the cryptography library in the same run, and what the
//! table of revocations costs. `make bench` runs it.

mod allocations;
mod figure;
mod measure;
mod system_calls;
mod world;

use std::hint::black_box;
use std::process::ExitCode;

use figure::Figure;
use measure::nanoseconds;
use world::{ENTRIES, World};

type Failure = Box<dyn std::error::Error>;

/// The look-ups of a token with an organization.
const LOOK_UPS: f64 = 5.0;

fn main() -> Result<ExitCode, Failure> {
    let words: Vec<_> = std::env::args().skip(1).collect();
    if let [word, count] = words.as_slice()
        && word == system_calls::LOOP
    {
        return verify_only(count.parse()?).map(|()| ExitCode::SUCCESS);
    }

    let world = World::new(ENTRIES)?;
    let status = world.feed.status();
    let mut figures = vec![
        Figure::exact("entries kept", "", status.entries as f64, ENTRIES as f64, ENTRIES as f64),
        Figure::exact("memory of the table", "MiB", status.bytes as f64 / f64::from(1 << 20), 0.0, 32.0),
    ];

    world.beat()?;
    let [raw, cold] = nanoseconds(
        20,
        [&mut |turn| world.check_signature(turn), &mut |turn| {
            drop(black_box(world.uncached.verify(world.token(turn))))
        }],
    );
    figures.push(Figure::told("the bare signature check", "ns", raw));
    figures.push(Figure::told("a token for the first time", "ns", cold));
    figures.push(Figure::bounded("ratio of both", "", cold / raw, 1.15, 1.4));

    world.beat()?;
    let few = 64;
    let [cached] = nanoseconds(500, [&mut |turn| drop(black_box(world.verifier.verify(world.token(turn % few))))]);
    figures.push(Figure::bounded("a token that was verified before", "ns", cached, 1_000.0, 2_000.0));
    world.beat()?;
    let [recheck] = nanoseconds(
        10_000,
        [&mut |turn| {
            let _ = black_box(world.verifier.recheck(world.caller(turn)));
        }],
    );
    figures.push(Figure::bounded("one look-up among all entries", "ns", recheck / LOOK_UPS, 200.0, 400.0));

    let (allocated, outcome) =
        allocations::during(|| (0..10_000).try_for_each(|turn| world.verifier.recheck(world.caller(turn))));
    outcome?;
    figures.push(Figure::exact("allocations in 50,000 look-ups", "", allocated as f64, 0.0, 0.0));
    match system_calls::in_verifications()? {
        Some(calls) => figures.push(Figure::exact("system calls in 100,000 verifications", "", calls as f64, 0.0, 0.0)),
        None => println!("system calls are not counted: strace is missing or not allowed"),
    }

    for figure in &figures {
        println!("{figure}");
    }
    let is_broken = figures.iter().any(Figure::is_broken);
    Ok(if is_broken { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// What the system calls are counted of: everything that is prepared, and this many verifications of both kinds.
fn verify_only(count: usize) -> Result<(), Failure> {
    let world = World::new(1_000)?;
    world.beat()?;
    for turn in 0..count {
        black_box(world.verifier.verify(world.token(turn))?);
        if turn % 10 == 0 {
            black_box(world.uncached.verify(world.token(turn))?);
        }
    }
    Ok(())
}
