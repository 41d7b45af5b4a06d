// The headers in C++: C linkage, a lambda as a callback.
#include "TIMCloud.h"
#include "TIMCloud.h"

#include <string>

namespace {
std::string version() {
    return TIMGetSDKVersion();
}
} // namespace

int use();
int use() {
    TIMCommCallback callback = [](int32_t, const char *, const char *, const void *) {};
    TIMConvType type = kTIMConv_C2C;
    return version().empty() ? TIMLogout(callback, nullptr) : static_cast<int>(type);
}
