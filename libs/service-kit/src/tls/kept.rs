//! Something read from files, which is kept until something better is there.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest;

use super::{FileState, TlsFile, UnusableFile};

/// What files held, and when the first of its certificates ends.
pub(super) struct Read<T> {
    pub(super) value: T,
    pub(super) ends: i64,
}

type Parse<T> = Box<dyn Fn(&[Vec<u8>]) -> Result<Read<T>, String> + Send + Sync>;

/// Larger files are not read: nobody has so many certificates.
const LARGEST_FILE: u64 = 1024 * 1024;

/// What was read last and could be used.
pub(super) struct Kept<T> {
    file: TlsFile,
    places: Vec<PathBuf>,
    parse: Parse<T>,
    state: Mutex<State<T>>,
}

struct State<T> {
    used: Read<T>,
    /// Of what is used, so that the same is not parsed again.
    mark: Mark,
    /// What cannot be used was found by the last look. It may be half written, so it is not told yet.
    suspected: Option<Mark>,
    /// The same, once it is told.
    told: Option<Mark>,
    failures: u64,
}

/// Of what was read, or of why it could not be. A hash, so that keys are not kept twice.
type Mark = [u8; 32];

impl<T: Clone> Kept<T> {
    /// Reads the files for the first time.
    pub(super) fn open(
        file: TlsFile,
        places: Vec<PathBuf>,
        parse: impl Fn(&[Vec<u8>]) -> Result<Read<T>, String> + Send + Sync + 'static,
    ) -> Result<Self, UnusableFile> {
        let (mark, contents) = contents_of(&places);
        match contents.and_then(|contents| parse(&contents)) {
            Ok(used) => {
                let state = State { used, mark, suspected: None, told: None, failures: 0 };
                Ok(Self { file, places, parse: Box::new(parse), state: Mutex::new(state) })
            }
            Err(problem) => Err(UnusableFile { file, places, problem }),
        }
    }

    pub(super) fn value(&self) -> T {
        self.locked().used.value.clone()
    }

    pub(super) fn state(&self) -> FileState {
        let state = self.locked();
        FileState { file: self.file, ends: state.used.ends, failures: state.failures }
    }

    /// Reads the files again; whether something else is used now.
    pub(super) fn look_again(&self) -> bool {
        let (mark, contents) = contents_of(&self.places);
        let mut state = self.locked();
        let file = self.file.word();
        if mark == state.mark {
            (state.suspected, state.told) = (None, None);
            return false;
        }
        match contents.and_then(|contents| (self.parse)(&contents)) {
            Ok(used) => {
                tracing::info!(file, ends = used.ends, "certificates were renewed");
                (state.used, state.mark, state.suspected, state.told) = (used, mark, None, None);
                true
            }
            Err(problem) => {
                let is_news = state.told != Some(mark);
                if is_news && state.suspected == Some(mark) {
                    state.failures += 1;
                    (state.suspected, state.told) = (None, Some(mark));
                    let places: Vec<String> = self.places.iter().map(|path| path.display().to_string()).collect();
                    tracing::warn!(file, ?places, problem, "certificates cannot be used; the ones before are kept");
                } else if is_news {
                    state.suspected = Some(mark);
                }
                false
            }
        }
    }

    fn locked(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of two files, one may be of before and one of after a change: such a pair does not fit, and the next look finds both of after.
fn contents_of(places: &[PathBuf]) -> (Mark, Result<Vec<Vec<u8>>, String>) {
    let contents: Result<Vec<Vec<u8>>, String> = places.iter().map(|place| bytes_of(place)).collect();
    let mut context = digest::Context::new(&digest::SHA256);
    match &contents {
        Ok(contents) => contents.iter().for_each(|bytes| {
            context.update(&(bytes.len() as u64).to_be_bytes());
            context.update(bytes);
        }),
        Err(problem) => context.update(problem.as_bytes()),
    }
    let mut mark = Mark::default();
    mark.copy_from_slice(context.finish().as_ref());
    (mark, contents)
}

fn bytes_of(place: &Path) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let file = File::open(place).map_err(|error| error.to_string())?;
    file.take(LARGEST_FILE + 1).read_to_end(&mut bytes).map_err(|error| error.to_string())?;
    let is_too_large = u64::try_from(bytes.len()).is_ok_and(|length| length > LARGEST_FILE);
    if is_too_large { Err("a file is larger than a mebibyte".to_owned()) } else { Ok(bytes) }
}
