#include <gtest/gtest.h>

#include <cstring>

#include "sedlink/signature/backends.hpp"

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "signer") == 0)
    return sedlink::signature::serve_signer(3, argc > 2 ? argv[2] : "");
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
