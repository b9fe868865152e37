//! `try_acquire_all` and `peek_all`: several limits, all or nothing.

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
    types::{PyList, PyTuple},
};
use tidegate::{Layer, Layered, Outcome, UnixTime, limit::MAX_LAYERS};
use tidegate_host::{LiveLayer, with_layers};

use crate::{
    decision::{Decision, shown},
    errors,
    first_use::FirstUseWindow,
    limiter::RateLimiter,
    number,
    strict::StrictWindow,
    time,
    window::FixedWindow,
};

/// Takes from every limit, or from none.
///
/// `layers` are up to 8 of RateLimiter, FixedWindow, FirstUseWindow and StrictWindow, each by itself
/// (n is 1) or as a pair (limit, n), such as requests and tokens a minute. Each may stand there once.
///
/// No layer ever gives more than it has, from any number of threads. A denial has taken nothing once
/// the call returns, except that a charge may stay in a bucket or a first-use window where two such
/// layers lose a race in one call. `now_ns` stands in for the clock of buckets and strict windows,
/// `wall_ns` for that of the other windows.
///
/// ValueError: a layer's n is more than it can ever hold; the message names it.
///
/// >>> requests, tokens = tidegate.RateLimiter("500/minute"), tidegate.RateLimiter("1000/minute")
/// >>> bool(tidegate.try_acquire_all([requests, (tokens, 900)], now_ns=0))
/// True
/// >>> denied = tidegate.try_acquire_all([requests, (tokens, 900)], now_ns=0)
/// >>> denied.layer, denied.limiter is tokens, denied.retry_after
/// (1, True, 48.0)
/// >>> requests.peek(0, now_ns=0).remaining
/// 499
#[pyfunction]
#[pyo3(signature = (layers, *, now_ns=None, wall_ns=None))]
pub(crate) fn try_acquire_all(
    layers: &Bound<'_, PyAny>,
    now_ns: Option<&Bound<'_, PyAny>>,
    wall_ns: Option<&Bound<'_, PyAny>>,
) -> PyResult<LayeredDecision> {
    decide(layers, now_ns, wall_ns, tidegate::try_acquire_all)
}

/// What try_acquire_all would answer; takes nothing.
///
/// >>> limiter = tidegate.RateLimiter(5)
/// >>> tidegate.peek_all([(limiter, 2)], now_ns=0).remaining, limiter.peek(0, now_ns=0).remaining
/// (3, 5)
#[pyfunction]
#[pyo3(signature = (layers, *, now_ns=None, wall_ns=None))]
pub(crate) fn peek_all(
    layers: &Bound<'_, PyAny>,
    now_ns: Option<&Bound<'_, PyAny>>,
    wall_ns: Option<&Bound<'_, PyAny>>,
) -> PyResult<LayeredDecision> {
    decide(layers, now_ns, wall_ns, tidegate::peek_all)
}

fn decide(
    layers: &Bound<'_, PyAny>,
    now_ns: Option<&Bound<'_, PyAny>>,
    wall_ns: Option<&Bound<'_, PyAny>>,
    ask: impl FnOnce(&[Layer<'_>], tidegate::Instant, UnixTime) -> Layered,
) -> PyResult<LayeredDecision> {
    let asked = asked(layers)?;
    let live: Vec<LiveLayer<'_>> = asked.iter().map(Asked::layer).collect();
    let (now, wall) = (time::now(now_ns)?, time::wall(wall_ns)?);
    let Layered { outcome, layer } = with_layers(&live, |layers| ask(layers, now, wall));
    let decided = asked.get(layer); // none if there are no layers
    if let (Outcome::Never, Some(decided)) = (outcome, decided) {
        let why = errors::never(decided.n, decided.limit.most());
        return Err(PyValueError::new_err(format!("layers[{layer}]: {}", why.value(layers.py()))));
    }
    let numbers = Decision::new(outcome, 0, 0)?;
    Ok(LayeredDecision {
        numbers,
        layer,
        limiter: decided.map(|decided| decided.limit.any().clone().unbind()),
    })
}

/// What several limits answered together; true if all of them allowed it.
#[pyclass(frozen, module = "tidegate")]
#[derive(Debug)]
pub(crate) struct LayeredDecision {
    numbers: Decision,
    /// Which layer decided, as its index: of a denial the one with the longest wait, otherwise the
    /// one with the least that remains; of equals the first.
    #[pyo3(get)]
    layer: usize,
    /// The limit at that index; None if there were none.
    #[pyo3(get)]
    limiter: Option<Py<PyAny>>,
}

#[pymethods]
impl LayeredDecision {
    /// Whether all layers were charged.
    #[getter]
    fn allowed(&self) -> bool {
        self.numbers.__bool__()
    }

    /// The least that is left in any layer, rounded down; None for a denial.
    #[getter]
    fn remaining(&self) -> Option<u64> {
        self.numbers.remaining()
    }

    /// Seconds until every layer is full again, rounded up; None for a denial.
    #[getter]
    fn reset_after(&self) -> Option<f64> {
        self.numbers.reset_after()
    }

    /// As reset_after, in nanoseconds.
    #[getter]
    fn reset_after_ns(&self) -> Option<u64> {
        self.numbers.reset_after_ns()
    }

    /// The longest wait of any layer in seconds, rounded up; 0.0 where it was allowed.
    #[getter]
    fn retry_after(&self) -> f64 {
        self.numbers.retry_after()
    }

    /// As retry_after, in nanoseconds, exact.
    #[getter]
    fn retry_after_ns(&self) -> u64 {
        self.numbers.retry_after_ns()
    }

    fn __bool__(&self) -> bool {
        self.allowed()
    }

    fn __repr__(&self) -> String {
        format!(
            "LayeredDecision(allowed={}, layer={}, remaining={}, reset_after={}, retry_after={:?})",
            if self.allowed() { "True" } else { "False" },
            self.layer,
            shown(self.remaining()),
            shown(self.reset_after()),
            self.retry_after(),
        )
    }
}

/// One layer as Python gave it.
struct Asked<'py> {
    limit: Limit<'py>,
    n: u64,
}

enum Limit<'py> {
    Bucket(Bound<'py, RateLimiter>),
    Window(Bound<'py, FixedWindow>),
    FirstUse(Bound<'py, FirstUseWindow>),
    Strict(Bound<'py, StrictWindow>),
}

impl<'py> Limit<'py> {
    fn new(value: &Bound<'py, PyAny>) -> Option<Limit<'py>> {
        if let Ok(it) = value.cast::<RateLimiter>() {
            Some(Limit::Bucket(it.clone()))
        } else if let Ok(it) = value.cast::<FixedWindow>() {
            Some(Limit::Window(it.clone()))
        } else if let Ok(it) = value.cast::<FirstUseWindow>() {
            Some(Limit::FirstUse(it.clone()))
        } else {
            value.cast::<StrictWindow>().ok().map(|it| Limit::Strict(it.clone()))
        }
    }

    fn any(&self) -> &Bound<'py, PyAny> {
        match self {
            Limit::Bucket(it) => it.as_any(),
            Limit::Window(it) => it.as_any(),
            Limit::FirstUse(it) => it.as_any(),
            Limit::Strict(it) => it.as_any(),
        }
    }

    /// The most that it can ever hold.
    fn most(&self) -> u64 {
        match self {
            Limit::Bucket(it) => it.get().most(),
            Limit::Window(it) => it.get().inner().limit(),
            Limit::FirstUse(it) => it.get().inner().limit(),
            Limit::Strict(it) => it.get().inner().limit(),
        }
    }
}

impl Asked<'_> {
    fn layer(&self) -> LiveLayer<'_> {
        LiveLayer::Other(match &self.limit {
            Limit::Bucket(it) => return LiveLayer::Live(it.get().inner(), self.n),
            Limit::Window(it) => it.get().inner().layer(self.n),
            Limit::FirstUse(it) => it.get().inner().layer(self.n),
            Limit::Strict(it) => it.get().inner().layer(self.n),
        })
    }
}

fn asked<'py>(layers: &Bound<'py, PyAny>) -> PyResult<Vec<Asked<'py>>> {
    let not_layers = |_| errors::wrong_type("layers", layers, "limits, or pairs of a limit and n");
    let mut asked: Vec<Asked<'py>> = Vec::new();
    for value in layers.try_iter().map_err(not_layers)? {
        let (index, value) = (asked.len(), value?);
        let (limit, n) = pair(&value).unwrap_or((value.clone(), None));
        let limit = Limit::new(&limit).ok_or_else(|| {
            let given = value.get_type().qualname();
            let given = given.map_or_else(|_| "another type".to_owned(), |name| name.to_string());
            PyTypeError::new_err(format!(
                "layers[{index}] must be a RateLimiter, a FixedWindow, a FirstUseWindow or a \
                 StrictWindow, or a pair of one and n, not {given}"
            ))
        })?;
        if let Some(first) = asked.iter().position(|other| other.limit.any().is(limit.any())) {
            return Err(PyValueError::new_err(format!(
                "layers[{index}] is layers[{first}]: name each limit once, with all that it needs"
            )));
        }
        let n = n.map_or(Ok(1), |n| number::count(&format!("n of layers[{index}]"), &n))?;
        if index == MAX_LAYERS {
            let message = format!("layers[{index}]: at most {MAX_LAYERS} limits decide together");
            return Err(PyValueError::new_err(message));
        }
        asked.push(Asked { limit, n });
    }
    Ok(asked)
}

/// The two items of a tuple or a list.
fn pair<'py>(value: &Bound<'py, PyAny>) -> Option<(Bound<'py, PyAny>, Option<Bound<'py, PyAny>>)> {
    let pair = match value.cast::<PyList>() {
        Ok(list) => list.to_tuple(),
        Err(_) => value.cast::<PyTuple>().ok()?.clone(),
    };
    let (limit, n) = pair.extract().ok()?;
    Some((limit, Some(n)))
}
