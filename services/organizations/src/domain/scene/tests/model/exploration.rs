//! Going everywhere that steps lead.

use std::collections::{HashSet, VecDeque};

use super::step::{Step, steps};
use super::{State, World};

/// Where steps have led.
pub struct Explored {
    pub states: HashSet<State>,
    pub steps: usize,
    pub permitted: usize,
}

/// Breadth first, so that what is wrong is found by the fewest steps. States that differ only in who is
/// who are one.
pub fn explore(world: &World, first: State, mut check: impl FnMut(&Step)) -> Explored {
    let mut explored = Explored { states: HashSet::from([first.sorted()]), steps: 0, permitted: 0 };
    let mut frontier = VecDeque::from([first.sorted()]);
    while let Some(state) = frontier.pop_front() {
        for step in steps(world, state) {
            check(&step);
            explored.steps += 1;
            if let Ok(after) = step.outcome {
                explored.permitted += 1;
                if explored.states.insert(after.sorted()) {
                    frontier.push_back(after.sorted());
                }
            }
        }
    }
    explored
}
