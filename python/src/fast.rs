//! The hot paths: `try_acquire` of a bucket and of many keys, and entering and leaving a bucket by `with`
//! and `async with` where nobody waits.
//!
//! What PyO3 makes of a method with optional arguments parses them and guards against panics at
//! every call: 7 to 15 of some 55 ns, where the clock and the compare-and-swap take 35. So the
//! method that Python finds is one of these. It asks the core where nothing is left to parse;
//! anything else is handed to PyO3's method, which stays the one that parses, documents and raises.

use std::{
    borrow::Cow,
    ffi::{CStr, CString},
    ptr,
};

use pyo3::{
    PyTypeInfo, ffi,
    prelude::*,
    sync::PyOnceLock,
    types::{PyDict, PyTuple},
};
use tidegate::Outcome;

use crate::{clock, key::Key, keyed::KeyedRateLimiter, limiter::RateLimiter, ready};

/// PyO3's methods.
static BUCKET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static KEYED: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static ENTER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static ENTER_ASYNC: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
/// Of those that are never handed anything.
static LEAVE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
static LEAVE_ASYNC: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Puts the functions below in front of PyO3's methods of their name.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    replace::<RateLimiter>(py, c"try_acquire", &BUCKET, try_acquire)?;
    replace::<RateLimiter>(py, c"__enter__", &ENTER, enter)?;
    replace::<RateLimiter>(py, c"__aenter__", &ENTER_ASYNC, enter_async)?;
    replace::<RateLimiter>(py, c"__exit__", &LEAVE, leave)?;
    replace::<RateLimiter>(py, c"__aexit__", &LEAVE_ASYNC, leave_async)?;
    replace::<KeyedRateLimiter>(py, c"try_acquire", &KEYED, try_acquire_key)
}

fn replace<T: PyTypeInfo>(
    py: Python<'_>,
    name: &'static CStr,
    keep: &PyOnceLock<Py<PyAny>>,
    function: ffi::PyCFunctionFastWithKeywords,
) -> PyResult<()> {
    let class = py.get_type::<T>();
    let called = name.to_string_lossy();
    let whole = class.getattr(&*called)?;
    let signature: String = whole.getattr("__text_signature__")?.extract()?;
    let doc: String = whole.getattr("__doc__")?.extract()?;
    keep.get_or_init(py, || whole.unbind());

    // Leaked: a descriptor points to its definition for as long as the class lives.
    let doc = CString::new(format!("{called}{signature}\n--\n\n{doc}"))?.into_raw();
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: name.as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: function },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: doc,
    }));
    // SAFETY: the class is a type, the definition lives for ever and its flags are those of its
    // function; what comes back is a new reference, or null with an exception set.
    let method = unsafe {
        let method = ffi::PyDescr_NewMethod(class.as_type_ptr(), definition);
        Bound::from_owned_ptr_or_err(py, method)?
    };
    class.setattr(&*called, method)
}

/// `RateLimiter.try_acquire` with its arguments as METH_FASTCALL | METH_KEYWORDS hands them over.
///
/// It has no guard against panics because nothing in it can panic: the clock is read and the core
/// is asked, no more.
///
/// # Safety
///
/// Called by the descriptor that [`replace`] made, which has checked that `slf` is a `RateLimiter`.
unsafe extern "C" fn try_acquire(
    slf: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python calls this, so the thread is attached.
    let py = unsafe { Python::assume_attached() };
    let n = match count {
        _ if !keywords.is_null() => None,
        0 => Some(1),
        // SAFETY: there is one argument, alive for the length of the call.
        1 => unsafe { small(*args) },
        _ => None,
    };
    if let Some(n) = n {
        // SAFETY: `slf` is a live RateLimiter for the length of the call.
        let limiter = unsafe { Borrowed::from_ptr(py, slf).cast_unchecked::<RateLimiter>() };
        let outcome = limiter.get().inner().try_acquire(n, clock::monotonic());
        if let Some(answer) = answer(outcome) {
            return answer;
        }
    }
    // SAFETY: the arguments of this call.
    unsafe { hand_over(py, &BUCKET, slf, args, count, keywords) }
}

/// `RateLimiter.__enter__`: 0.0 where a token is there.
///
/// # Safety
///
/// As above.
unsafe extern "C" fn enter(
    slf: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's.
    unsafe { enter_or(&ENTER, ready::zero, slf, args, count, keywords) }
}

/// `RateLimiter.__aenter__`: what ends at once, where a token is there.
///
/// # Safety
///
/// As above.
unsafe extern "C" fn enter_async(
    slf: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the caller's.
    unsafe { enter_or(&ENTER_ASYNC, ready::no_wait, slf, args, count, keywords) }
}

/// # Safety
///
/// As above.
#[inline]
unsafe fn enter_or(
    whole: &PyOnceLock<Py<PyAny>>,
    entered: fn(Python<'_>) -> *mut ffi::PyObject,
    slf: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python calls this, so the thread is attached, and `slf` is a live RateLimiter.
    let (py, limiter) = unsafe {
        let py = Python::assume_attached();
        (py, Borrowed::from_ptr(py, slf).cast_unchecked::<RateLimiter>())
    };
    if count == 0
        && keywords.is_null()
        && limiter.get().inner().try_acquire(1, clock::monotonic()).is_allowed()
    {
        return entered(py);
    }
    // SAFETY: the arguments of this call.
    unsafe { hand_over(py, whole, slf, args, count, keywords) }
}

/// `RateLimiter.__exit__`, whatever has been raised.
///
/// # Safety
///
/// Called by Python.
unsafe extern "C" fn leave(
    _slf: *mut ffi::PyObject,
    _args: *const *mut ffi::PyObject,
    _count: ffi::Py_ssize_t,
    _keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: None always exists, and the thread is attached.
    unsafe { ffi::Py_NewRef(ffi::Py_None()) }
}

/// `RateLimiter.__aexit__`, whatever has been raised.
///
/// # Safety
///
/// Called by Python.
unsafe extern "C" fn leave_async(
    _slf: *mut ffi::PyObject,
    _args: *const *mut ffi::PyObject,
    _count: ffi::Py_ssize_t,
    _keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: the thread is attached.
    ready::nothing(unsafe { Python::assume_attached() })
}

/// `KeyedRateLimiter.try_acquire`, as above, for keys that are an `int`, `bytes` or a `str`.
///
/// # Safety
///
/// As above, of a `KeyedRateLimiter`.
unsafe extern "C" fn try_acquire_key(
    slf: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    // SAFETY: Python calls this, so the thread is attached.
    let py = unsafe { Python::assume_attached() };
    let n = match count {
        _ if !keywords.is_null() => None,
        1 => Some(1),
        // SAFETY: there are two arguments, alive for the length of the call.
        2 => unsafe { small(*args.add(1)) },
        _ => None,
    };
    // SAFETY: where there is an `n`, there is a first argument, alive for the length of the call.
    if let Some((n, key)) = n.and_then(|n| Some((n, unsafe { plain(*args) }?))) {
        // SAFETY: `slf` is a live KeyedRateLimiter for the length of the call.
        let limiter = unsafe { Borrowed::from_ptr(py, slf).cast_unchecked::<KeyedRateLimiter>() };
        if let Some(answer) = answer(limiter.get().ask(&key, n)) {
            return answer;
        }
    }
    // SAFETY: the arguments of this call.
    unsafe { hand_over(py, &KEYED, slf, args, count, keywords) }
}

/// A new reference; `None` for what took nothing and PyO3's method raises.
#[inline]
fn answer(outcome: Outcome) -> Option<*mut ffi::PyObject> {
    // SAFETY: True and False always exist, and the thread is attached where a limiter is asked.
    unsafe {
        match outcome {
            Outcome::Allowed { .. } => Some(ffi::Py_NewRef(ffi::Py_True())),
            Outcome::Denied { .. } => Some(ffi::Py_NewRef(ffi::Py_False())),
            Outcome::Never => None,
        }
    }
}

/// What PyO3's method answers to the same arguments.
///
/// # Safety
///
/// `slf`, `args`, `count` and `keywords` are those of a METH_FASTCALL | METH_KEYWORDS call.
#[cold]
unsafe fn hand_over(
    py: Python<'_>,
    whole: &PyOnceLock<Py<PyAny>>,
    slf: *mut ffi::PyObject,
    args: *const *mut ffi::PyObject,
    count: ffi::Py_ssize_t,
    keywords: *mut ffi::PyObject,
) -> *mut ffi::PyObject {
    let Some(whole) = whole.get(py) else { return ptr::null_mut() };
    // SAFETY: `args` are `count` positional arguments and one for each of the keywords' names.
    let (given, names) = unsafe {
        let names = Bound::from_borrowed_ptr_or_opt(py, keywords);
        let named = names.as_ref().map_or(0, |names| ffi::PyTuple_Size(names.as_ptr()));
        let given: &[_] = match (count + named) as usize {
            0 => &[], // then `args` may be null
            given => core::slice::from_raw_parts(args, given),
        };
        let given = given.iter().map(|&it| Bound::from_borrowed_ptr(py, it));
        (given.collect::<Vec<Bound<'_, PyAny>>>(), names)
    };
    let (positional, named) = given.split_at(count as usize);
    // SAFETY: `slf` is alive.
    let slf = unsafe { Bound::from_borrowed_ptr(py, slf) };
    let answer = (|| {
        let with_self: Vec<_> = core::iter::once(&slf).chain(positional).collect();
        let arguments = PyTuple::new(py, with_self)?;
        let keywords = PyDict::new(py);
        for (name, value) in names.iter().flat_map(|names| names.try_iter()).flatten().zip(named) {
            keywords.set_item(name?, value)?;
        }
        whole.bind(py).call(arguments, Some(&keywords))
    })();
    match answer {
        Ok(answer) => answer.into_ptr(),
        Err(error) => {
            error.restore(py);
            ptr::null_mut()
        }
    }
}

/// An `int` that is not negative and fits; nothing else, and no exception.
///
/// # Safety
///
/// `value` is alive and the thread is attached.
#[inline]
unsafe fn small(value: *mut ffi::PyObject) -> Option<u64> {
    let mut overflow = 0;
    // SAFETY: the caller's, and it is converted only if it is an `int`.
    unsafe {
        if ffi::PyLong_CheckExact(value) == 0 {
            return None;
        }
        u64::try_from(ffi::PyLong_AsLongAndOverflow(value, &mut overflow)).ok() // -1: overflow
    }
}

/// A key that lies in memory as the core takes it; nothing else, and no exception.
///
/// # Safety
///
/// `value` is alive and the thread is attached; so it stays for as long as the key is used.
#[inline]
unsafe fn plain<'a>(value: *mut ffi::PyObject) -> Option<Key<'a>> {
    // SAFETY: the caller's. What is read of an object fits its exact type: `bytes` never change, nor
    // does a `str`, which keeps its UTF-8.
    unsafe {
        if ffi::PyUnicode_CheckExact(value) != 0 {
            let mut length = 0;
            let text = ffi::PyUnicode_AsUTF8AndSize(value, &mut length);
            if text.is_null() {
                ffi::PyErr_Clear(); // half of a surrogate pair: PyO3's method says so
                return None;
            }
            let text = core::slice::from_raw_parts(text.cast(), length as usize);
            return Some(Key::Bytes(Cow::Borrowed(text)));
        }
        if ffi::PyBytes_CheckExact(value) != 0 {
            let (bytes, length) = (ffi::PyBytes_AsString(value), ffi::PyBytes_Size(value));
            let bytes = core::slice::from_raw_parts(bytes.cast(), length as usize);
            return Some(Key::Bytes(Cow::Borrowed(bytes)));
        }
        small(value).map(Key::Number)
    }
}
