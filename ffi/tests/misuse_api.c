/* Wrong calls of tg_api and tg_call, and of the check of versions. */
#include "misuse.h"

static tg_request request_of(int32_t method, const char *path, const char *key) {
  tg_request request;
  memset(&request, 0, sizeof request);
  request.method = method;
  request.path = path;
  request.path_len = strlen(path);
  request.key = key;
  request.key_len = strlen(key);
  return request;
}

static void requests(void) {
  int32_t method = 77;
  is(TG_ERR_NULL_POINTER, "method: no name", tg_method_parse(NULL, 3, &method));
  is(TG_ERR_NULL_POINTER, "method: nowhere to write", tg_method_parse("GET", 3, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "method: written askew", tg_method_parse("GET", 3, askew(1)));
  is(TG_ERR_UNKNOWN_METHOD, "method: lower case", tg_method_parse("get", 3, &method));
  is(TG_ERR_UNKNOWN_METHOD, "method: empty", tg_method_parse("", 0, &method));
  is(TG_ERR_UNKNOWN_METHOD, "method: NULL of length 0", tg_method_parse(NULL, 0, &method));
  is(TG_ERR_UNKNOWN_METHOD, "method: of another protocol", tg_method_parse("TRACE", 5, &method));
  is(TG_ERR_UNKNOWN_METHOD, "method: with its NUL", tg_method_parse("GET", 4, &method));
  is(TG_ERR_NOT_TEXT, "method: not UTF-8", tg_method_parse("\xff", 1, &method));
  is(TG_ERR_BUFFER_TOO_SHORT, "method: an impossible length",
     tg_method_parse("GET", SIZE_MAX, &method));
  holds("method: no error wrote a method", method == 77);
}

static void apis(void) {
  static tg_api good, fresh;
  static tg_call call;
  static tg_admission out;
  tg_request request = request_of(TG_METHOD_GET, "/a", "alice"), bad;
  uint64_t overflowed = 77;

  is(TG_ERR_NULL_POINTER, "api: init at NULL", tg_api_init(NULL, "stackflow", 9, 0));
  is(TG_ERR_POINTER_MISALIGNED, "api: init askew by 8", tg_api_init(askew(8), "stackflow", 9, 0));
  is(TG_ERR_NULL_POINTER, "api: no name", tg_api_init(&fresh, NULL, 9, 0));
  is(TG_ERR_UNKNOWN_API, "api: NULL of length 0", tg_api_init(&fresh, NULL, 0, 0));
  is(TG_ERR_UNKNOWN_API, "api: unknown name", tg_api_init(&fresh, "StackFlow", 9, 0));
  is(TG_ERR_UNKNOWN_API, "api: half a name", tg_api_init(&fresh, "stackflow", 5, 0));
  is(TG_ERR_NOT_TEXT, "api: a name not in UTF-8", tg_api_init(&fresh, "\xc3", 1, 0));
  is(TG_ERR_BUFFER_TOO_SHORT, "api: an impossible name",
     tg_api_init(&fresh, "stackflow", SIZE_MAX, 0));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "api: window 0",
     tg_api_init_with_window(&fresh, "stackflow", 9, 0, 0));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "api: window of parts of a second",
     tg_api_init_with_window(&fresh, "stackflow", 9, 0, SECOND + 1));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "api: window above 366 days",
     tg_api_init_with_window(&fresh, "velaflows", 9, 0, 367 * DAY));
  is(TG_ERR_WINDOW_OUT_OF_RANGE, "api: longest window",
     tg_api_init_with_window(&fresh, "velaflows", 9, 0, UINT64_MAX));
  is(TG_ERR_UNKNOWN_API, "api: unknown name with a window",
     tg_api_init_with_window(&fresh, "x", 1, 0, SECOND));
  is(TG_ERR_NULL_POINTER, "api: with a window at NULL",
     tg_api_init_with_window(NULL, "stackflow", 9, 0, SECOND));

  is(TG_OK, "api: init", tg_api_init(&good, "stackflow", 9, 0));
  memset(&out, UNTOUCHED, sizeof out);
  is(TG_ERR_NOT_INITIALIZED, "api: admit after a refused init",
     tg_api_admit(&fresh, &request, 0, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "api: admit of zeros",
     tg_api_admit(&zeros.api, &request, 0, WALL, &out));
  is(TG_ERR_NOT_INITIALIZED, "api: admit of rubbish",
     tg_api_admit(&rubbish.api, &request, 0, WALL, &out));
  is(TG_ERR_NULL_POINTER, "api: admit at NULL", tg_api_admit(NULL, &request, 0, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "api: admit askew by 8", tg_api_admit(askew(8), &request, 0, WALL, &out));
  is(TG_ERR_NULL_POINTER, "api: no request", tg_api_admit(&good, NULL, 0, WALL, &out));
  is(TG_ERR_POINTER_MISALIGNED, "api: a request askew", tg_api_admit(&good, askew(4), 0, WALL, &out));
  is(TG_ERR_NULL_POINTER, "api: nowhere to write", tg_api_admit(&good, &request, 0, WALL, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "api: written askew", tg_api_admit(&good, &request, 0, WALL, askew(4)));
  bad = request, bad.method = 0;
  is(TG_ERR_UNKNOWN_METHOD, "api: method 0", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.method = 8;
  is(TG_ERR_UNKNOWN_METHOD, "api: method 8", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.method = 257;
  is(TG_ERR_UNKNOWN_METHOD, "api: method 257", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.method = INT32_MIN;
  is(TG_ERR_UNKNOWN_METHOD, "api: least method", tg_api_admit(&good, &bad, 0, WALL, &out));
  memset(&bad, 0, sizeof bad);
  is(TG_ERR_UNKNOWN_METHOD, "api: a request of zeros", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.path = NULL;
  is(TG_ERR_NULL_POINTER, "api: no path", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.path_len = 0;
  is(TG_ERR_PATH_INVALID, "api: an empty path", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request_of(TG_METHOD_GET, "a/b", "alice");
  is(TG_ERR_PATH_INVALID, "api: a path without its slash",
     tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request_of(TG_METHOD_GET, "/\xe9", "alice");
  is(TG_ERR_NOT_TEXT, "api: a path not in UTF-8", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.path_len = SIZE_MAX;
  is(TG_ERR_BUFFER_TOO_SHORT, "api: an impossible path", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.key_len = 0;
  is(TG_ERR_KEY_EMPTY, "api: an empty key", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.key = NULL;
  is(TG_ERR_NULL_POINTER, "api: no key", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.key_len = SIZE_MAX;
  is(TG_ERR_BUFFER_TOO_SHORT, "api: an impossible key", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad = request, bad.role = "root", bad.role_len = 4;
  is(TG_ERR_UNKNOWN_ROLE, "api: an unknown role", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.role = "\xff\xff";
  is(TG_ERR_NOT_TEXT, "api: a role not in UTF-8", tg_api_admit(&good, &bad, 0, WALL, &out));
  bad.role = NULL;
  is(TG_ERR_NULL_POINTER, "api: no role of length 4", tg_api_admit(&good, &bad, 0, WALL, &out));
  holds("api: no error wrote an admission", is_untouched(&out, sizeof out));
  is(TG_OK, "api: admit", tg_api_admit(&good, &request, 0, WALL, &out));
  holds("api: errors counted nothing",
        out.remaining == 299 && out.header_count == 4 && strcmp(out.category, "read") == 0 &&
            strcmp(out.headers[2].value, "1716134460") == 0 && out.code[0] == '\0' &&
            out.denied_by[0] == '\0');
  is(TG_OK, "api: at the end of time", tg_api_admit(&good, &request, UINT64_MAX, UINT64_MAX, &out));
  is(TG_ERR_NOT_INITIALIZED, "api: a call of zeros as api",
     tg_call_init(&call, &zeros.api, &request));

  is(TG_ERR_NULL_POINTER, "api: overflowed at NULL", tg_api_overflowed(NULL, &overflowed));
  is(TG_ERR_NOT_INITIALIZED, "api: overflowed of zeros",
     tg_api_overflowed(&zeros.api, &overflowed));
  is(TG_ERR_NULL_POINTER, "api: overflowed to nowhere", tg_api_overflowed(&good, NULL));
  holds("api: no error wrote a count", overflowed == 77);
  is(TG_OK, "api: a second init starts anew", tg_api_init(&good, "stackflow", 9, 0));
  bool all = true;
  for (int i = 0; i <= TG_API_KEYS; i++) {
    char key[2] = {(char)('!' + i), '\0'};
    bad = request_of(TG_METHOD_GET, "/", key);
    all = all && tg_api_admit(&good, &bad, 0, WALL, &out) == TG_OK;
  }
  holds("api: one key more than there are places is admitted", all && out.remaining == 298);
  is(TG_OK, "api: overflowed", tg_api_overflowed(&good, &overflowed));
  holds("api: the two that share the last place are counted", overflowed == 2);
}

static void calls(void) {
  static tg_api api;
  static tg_call call;
  static tg_hints hints;
  char name[TG_NAME_SIZE];
  tg_request request = request_of(TG_METHOD_GET, "/a", "alice"), bad;
  tg_step step;

  is(TG_OK, "call: an api", tg_api_init(&api, "stackflow", 9, 7));
  is(TG_OK, "call: hints", tg_hints_init(&hints));
  is(TG_ERR_NULL_POINTER, "call: init at NULL", tg_call_init(NULL, &api, &request));
  is(TG_ERR_POINTER_MISALIGNED, "call: init askew", tg_call_init(askew(4), &api, &request));
  is(TG_ERR_NULL_POINTER, "call: no api", tg_call_init(&call, NULL, &request));
  is(TG_ERR_POINTER_MISALIGNED, "call: an api askew by 8", tg_call_init(&call, askew(8), &request));
  is(TG_ERR_NOT_INITIALIZED, "call: an api of rubbish",
     tg_call_init(&call, &rubbish.api, &request));
  is(TG_ERR_NULL_POINTER, "call: no request", tg_call_init(&call, &api, NULL));
  bad = request, bad.method = -1;
  is(TG_ERR_UNKNOWN_METHOD, "call: method -1", tg_call_init(&call, &api, &bad));
  bad = request_of(TG_METHOD_GET, "?", "alice");
  is(TG_ERR_PATH_INVALID, "call: a path that is a query", tg_call_init(&call, &api, &bad));
  bad = request_of(TG_METHOD_GET, "/a", "");
  is(TG_ERR_KEY_EMPTY, "call: an empty key", tg_call_init(&call, &api, &bad));
  bad = request, bad.role = "admin", bad.role_len = 5;
  is(TG_ERR_UNKNOWN_ROLE, "call: an unknown role", tg_call_init(&call, &api, &bad));

  memset(&step, UNTOUCHED, sizeof step);
  is(TG_ERR_NOT_INITIALIZED, "call: next after a refused init",
     tg_call_next(&call, &api, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: next of zeros",
     tg_call_next(&zeros.call, &api, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: next of rubbish",
     tg_call_next(&rubbish.call, &api, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: answered of zeros",
     tg_call_answered(&zeros.call, &api, 200, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_NOT_INITIALIZED, "call: failed of zeros",
     tg_call_failed(&zeros.call, &api, TG_FAILURE_RESET, 0, WALL));
  is(TG_OK, "call: init", tg_call_init(&call, &api, &request));
  is(TG_ERR_NULL_POINTER, "call: next at NULL", tg_call_next(NULL, &api, 0, WALL, &step));
  is(TG_ERR_NULL_POINTER, "call: next without api", tg_call_next(&call, NULL, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: next with an api of zeros",
     tg_call_next(&call, &zeros.api, 0, WALL, &step));
  is(TG_ERR_NOT_INITIALIZED, "call: next of an api",
     tg_call_next((tg_call *)(void *)&api, &api, 0, WALL, &step));
  is(TG_ERR_NULL_POINTER, "call: next to nowhere", tg_call_next(&call, &api, 0, WALL, NULL));
  is(TG_ERR_POINTER_MISALIGNED, "call: next askew", tg_call_next(&call, &api, 0, WALL, askew(4)));
  is(TG_ERR_OUT_OF_ORDER, "call: answered before it was sent",
     tg_call_answered(&call, &api, 200, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_OUT_OF_ORDER, "call: failed before it was sent",
     tg_call_failed(&call, &api, TG_FAILURE_RESET, 0, WALL));
  holds("call: no error wrote a step", is_untouched(&step, sizeof step));

  is(TG_OK, "call: next", tg_call_next(&call, &api, 0, WALL, &step));
  holds("call: errors sent nothing", step.kind == TG_STEP_SEND && step.attempts == 1);
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status 0",
     tg_call_answered(&call, &api, 0, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status 99",
     tg_call_answered(&call, &api, 99, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status 600",
     tg_call_answered(&call, &api, 600, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status -1",
     tg_call_answered(&call, &api, -1, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: status 2^16 + 200",
     tg_call_answered(&call, &api, 65736, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_STATUS_OUT_OF_RANGE, "call: highest status",
     tg_call_answered(&call, &api, INT32_MAX, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_NOT_INITIALIZED, "call: hints of zeros",
     tg_call_answered(&call, &api, 200, &zeros.hints, NULL, 0, 0, WALL));
  is(TG_ERR_POINTER_MISALIGNED, "call: hints askew",
     tg_call_answered(&call, &api, 200, askew(1), NULL, 0, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: no body",
     tg_call_answered(&call, &api, 200, &hints, NULL, 5, 0, WALL));
  is(TG_ERR_BUFFER_TOO_SHORT, "call: an impossible body",
     tg_call_answered(&call, &api, 200, &hints, "", SIZE_MAX, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: answered at NULL",
     tg_call_answered(NULL, &api, 200, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: answered without api",
     tg_call_answered(&call, NULL, 200, &hints, NULL, 0, 0, WALL));
  is(TG_ERR_UNKNOWN_FAILURE, "call: failure 0", tg_call_failed(&call, &api, 0, 0, WALL));
  is(TG_ERR_UNKNOWN_FAILURE, "call: failure 7", tg_call_failed(&call, &api, 7, 0, WALL));
  is(TG_ERR_UNKNOWN_FAILURE, "call: failure -1", tg_call_failed(&call, &api, -1, 0, WALL));
  is(TG_ERR_UNKNOWN_FAILURE, "call: failure 257", tg_call_failed(&call, &api, 257, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: failed at NULL", tg_call_failed(NULL, &api, 1, 0, WALL));
  is(TG_ERR_NULL_POINTER, "call: failed without api", tg_call_failed(&call, NULL, 1, 0, WALL));
  is(TG_OK, "call: next in flight", tg_call_next(&call, &api, 0, WALL, &step));
  holds("call: it is still in flight", step.kind == TG_STEP_PENDING && step.attempts == 1);
  is(TG_OK, "call: a 503 with a body of garbage and without hints",
     tg_call_answered(&call, &api, 503, NULL, "\xff{\0", 3, 0, WALL));
  is(TG_ERR_OUT_OF_ORDER, "call: answered twice",
     tg_call_answered(&call, &api, 200, &hints, NULL, 0, 0, WALL));
  is(TG_OK, "call: next of a wait", tg_call_next(&call, &api, 0, WALL, &step));
  holds("call: waits",
        step.kind == TG_STEP_WAIT && step.delay_ns >= SECOND && !step.has_server_delay);
  is(TG_OK, "call: next at the end of time",
     tg_call_next(&call, &api, UINT64_MAX, UINT64_MAX, &step));
  holds("call: sends", step.kind == TG_STEP_SEND);
  is(TG_OK, "call: a clock that ran back",
     tg_call_answered(&call, &api, 404, &hints, NULL, 0, 0, 0));
  is(TG_OK, "call: next of the end", tg_call_next(&call, &api, 0, 0, &step));
  holds("call: gave up", step.kind == TG_STEP_GIVE_UP && step.reason == TG_REASON_NOT_RETRYABLE);

  memset(name, UNTOUCHED, sizeof name);
  is(TG_ERR_NULL_POINTER, "call: category at NULL",
     tg_call_category(NULL, &api, name, sizeof name));
  is(TG_ERR_NULL_POINTER, "call: category without api", tg_call_category(&call, NULL, name, 9));
  is(TG_ERR_NOT_INITIALIZED, "call: category of zeros",
     tg_call_category(&zeros.call, &api, name, sizeof name));
  is(TG_ERR_NULL_POINTER, "call: category to nowhere", tg_call_category(&call, &api, NULL, 9));
  is(TG_ERR_BUFFER_TOO_SHORT, "call: category to nothing", tg_call_category(&call, &api, NULL, 0));
  is(TG_ERR_BUFFER_TOO_SHORT, "call: no room for the NUL", tg_call_category(&call, &api, name, 4));
  is(TG_ERR_BUFFER_TOO_SHORT, "call: an impossible buffer",
     tg_call_category(&call, &api, name, SIZE_MAX));
  holds("call: no error wrote a name", is_untouched(name, sizeof name));
  is(TG_OK, "call: category that just fits", tg_call_category(&call, &api, name, 5));
  holds("call: is named", strcmp(name, "read") == 0 && is_untouched(name + 5, sizeof name - 5));

  request.has_deadline = 1;
  is(TG_OK, "call: a deadline at 0", tg_call_init(&call, &api, &request));
  is(TG_OK, "call: next after it", tg_call_next(&call, &api, 1, WALL, &step));
  holds("call: is given up",
        step.kind == TG_STEP_GIVE_UP && step.reason == TG_REASON_DEADLINE_TOO_CLOSE);
}

static void abi(void) {
  const size_t sizes[] = {sizeof(tg_limiter), sizeof(tg_window) + 8};
  static const size_t many[99] = {sizeof(tg_limiter)};
  is(TG_OK, "abi: this header", tg_abi_matches());
  is(TG_OK, "abi: an older header that knows less", tg_abi_check(TG_ABI_VERSION, sizes, 1));
  is(TG_ERR_ABI_MISMATCH, "abi: version 0", tg_abi_check(0, sizes, 1));
  is(TG_ERR_ABI_MISMATCH, "abi: the next version", tg_abi_check(TG_ABI_VERSION + 1, sizes, 1));
  is(TG_ERR_ABI_MISMATCH, "abi: another size", tg_abi_check(TG_ABI_VERSION, sizes, 2));
  is(TG_ERR_ABI_MISMATCH, "abi: a newer header that knows more",
     tg_abi_check(TG_ABI_VERSION, many, 99));
  is(TG_ERR_NULL_POINTER, "abi: no sizes", tg_abi_check(TG_ABI_VERSION, NULL, 1));
  is(TG_ERR_POINTER_MISALIGNED, "abi: sizes askew", tg_abi_check(TG_ABI_VERSION, askew(1), 1));
  is(TG_ERR_BUFFER_TOO_SHORT, "abi: an impossible count",
     tg_abi_check(TG_ABI_VERSION, sizes, SIZE_MAX));
}

int main(void) {
  memset(&rubbish, 0xff, sizeof rubbish);
  requests();
  apis();
  calls();
  abi();
  return report();
}
