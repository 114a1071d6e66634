//! The one way in which this crate marks the places of fail points.

/// Awaits the work. In builds with debug assertions the call then passes the place of this name, which is written down
/// before the work takes what it is made of.
macro_rules! then_pass {
    ($work:expr, $place:expr) => {{
        #[cfg(debug_assertions)]
        let place = $place;
        let done = $work.await;
        #[cfg(debug_assertions)]
        $crate::fail_points::pass(place).await;
        done
    }};
}
