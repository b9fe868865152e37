//! The hot path: `try_acquire()` and `try_acquire(n)`.
//!
//! What PyO3 makes of a method with optional arguments parses them and guards against panics at
//! every call: 7 to 15 of some 55 ns, where the clock and the compare-and-swap take 35. So the
//! method that Python finds is this one. It asks the core where nothing is left to parse; anything
//! else is handed to PyO3's method, which stays the one that parses, documents and raises.

use std::ffi::CString;

use pyo3::{ffi, prelude::*, sync::PyOnceLock};
use tidegate::Outcome;

use crate::limiter::RateLimiter;

/// PyO3's method.
static WHOLE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Puts [`try_acquire`] in front of PyO3's method of that name.
pub(crate) fn install(py: Python<'_>) -> PyResult<()> {
    let class = py.get_type::<RateLimiter>();
    let whole = class.getattr("try_acquire")?;
    let signature: String = whole.getattr("__text_signature__")?.extract()?;
    let doc: String = whole.getattr("__doc__")?.extract()?;
    WHOLE.get_or_init(py, || whole.unbind());

    // Leaked: a descriptor points to its definition for as long as the class lives.
    let doc = CString::new(format!("try_acquire{signature}\n--\n\n{doc}"))?.into_raw();
    let definition = Box::leak(Box::new(ffi::PyMethodDef {
        ml_name: c"try_acquire".as_ptr(),
        ml_meth: ffi::PyMethodDefPointer { PyCFunctionFastWithKeywords: try_acquire },
        ml_flags: ffi::METH_FASTCALL | ffi::METH_KEYWORDS,
        ml_doc: doc,
    }));
    // SAFETY: the class is a type, the definition lives for ever and its flags are those of its
    // function; what comes back is a new reference, or null with an exception set.
    let method = unsafe {
        let method = ffi::PyDescr_NewMethod(class.as_type_ptr(), definition);
        Bound::from_owned_ptr_or_err(py, method)?
    };
    class.setattr("try_acquire", method)
}

/// `RateLimiter.try_acquire` with its arguments as METH_FASTCALL | METH_KEYWORDS hands them over.
///
/// It has no guard against panics because nothing in it can panic: the clock is read and the core
/// is asked, no more.
///
/// # Safety
///
/// Called by the descriptor that [`install`] made, which has checked that `slf` is a `RateLimiter`.
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
        match limiter.get().inner().try_acquire(n, tidegate_host::monotonic()) {
            // SAFETY: True and False always exist.
            Outcome::Allowed { .. } => return unsafe { ffi::Py_NewRef(ffi::Py_True()) },
            // SAFETY: as above.
            Outcome::Denied { .. } => return unsafe { ffi::Py_NewRef(ffi::Py_False()) },
            Outcome::Never => {} // took nothing; PyO3's method raises
        }
    }
    let Some(whole) = WHOLE.get(py) else { return core::ptr::null_mut() };
    // SAFETY: `args` are `count` positional arguments and one for each of the keywords' names.
    let given = unsafe {
        let named = if keywords.is_null() { 0 } else { ffi::PyTuple_Size(keywords) };
        match (count + named) as usize {
            0 => &[], // then `args` may be null
            given => core::slice::from_raw_parts(args, given),
        }
    };
    let with_self = [&[slf], given].concat();
    // SAFETY: the same arguments, `slf` the first of them, as the method takes them unbound.
    unsafe {
        let count = count as usize + 1;
        ffi::PyObject_Vectorcall(whole.as_ptr(), with_self.as_ptr(), count, keywords)
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
