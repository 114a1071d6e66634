//! Times that a busy machine does not spoil: the subjects take turns, and the medians of many short rounds count.

use std::time::Instant;

/// Rounds are to be a millisecond or two: shorter than what the scheduler gives before it lets others in.
const ROUNDS: usize = 1_001;

/// Nanoseconds of one call of each subject, called `calls` times in each round. Each call gets its number.
pub fn nanoseconds<const N: usize>(calls: usize, mut subjects: [&mut dyn FnMut(usize); N]) -> [f64; N] {
    let mut times = vec![[0.0; N]; ROUNDS];
    let mut turn = 0;
    for round in &mut times {
        for (subject, time) in subjects.iter_mut().zip(round) {
            let began = Instant::now();
            for call in 0..calls {
                subject(turn + call);
            }
            *time = began.elapsed().as_nanos() as f64 / calls as f64;
        }
        turn += calls;
    }
    std::array::from_fn(|subject| {
        let mut of_subject: Vec<_> = times.iter().map(|round| round[subject]).collect();
        of_subject.sort_by(f64::total_cmp);
        of_subject[ROUNDS / 2]
    })
}
