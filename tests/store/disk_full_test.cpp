// A real full disk: a tmpfs of two megabytes. Needs the right to mount; group_test shows the same without it.
#include <sys/mount.h>

#include <fstream>

#include "store_fixture.hpp"

namespace sedlink::store {
namespace {

class SmallDisk {
 public:
  explicit SmallDisk(const std::filesystem::path& at) : at_(at) {
    std::filesystem::create_directories(at);
    mounted_ = mount("tmpfs", at.c_str(), "tmpfs", 0, "size=2m") == 0;
  }
  ~SmallDisk() {
    if (mounted_) umount(at_.c_str());
  }
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;
  [[nodiscard]] bool mounted() const noexcept { return mounted_; }
  void fill() const {
    std::ofstream out(at_ / "ballast", std::ios::binary);
    const std::string block(4096, 'b');
    while (out.write(block.data(), static_cast<std::streamsize>(block.size())).flush()) {}
  }
  void free() const { std::filesystem::remove(at_ / "ballast"); }

 private:
  std::filesystem::path at_;
  bool mounted_ = false;
};

using DiskFull = StoreFixture;

TEST_F(DiskFull, answers_transient_keeps_reading_and_serves_again_when_there_is_room) {
  const std::filesystem::path at = folder_ / "disk";
  const SmallDisk disk(at);
  if (!disk.mounted()) GTEST_SKIP() << "no right to mount a tmpfs";
  store_.reset();
  auto opened = Store::open(options_for(at / "sedlink.db"), logger_);
  ASSERT_TRUE(opened) << describe(opened.error());
  store_ = std::move(*opened);
  write([](Tx& tx) { tx.put("test", "before", "v"); });

  disk.fill();
  const auto put = [](Tx& tx) -> Result<int> {
    tx.put("test", "during", std::string(100000, 'x'));
    return 0;
  };
  for (int n = 0; n < 3; ++n) {
    const auto refused = try_write<int>(put);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, "store.full");
    EXPECT_EQ(refused.error().fault, Fault::transient);
  }
  EXPECT_EQ(read([](Tx& tx) { return tx.get("test", "before"); }), "v");
  EXPECT_EQ(read([](Tx& tx) { return tx.get("test", "during"); }), std::nullopt);

  disk.free();
  const auto stored = try_write<int>(put);
  EXPECT_TRUE(stored) << describe(stored.error());
  store_->close();
  auto again = Store::open(options_for(at / "sedlink.db"), logger_);
  ASSERT_TRUE(again) << describe(again.error());
  store_ = std::move(*again);
  EXPECT_EQ(read([](Tx& tx) { return tx.get("test", "during"); })->size(), 100000U);
  store_.reset();
}

TEST_F(DiskFull, opening_on_a_full_disk_is_transient) {
  const std::filesystem::path at = folder_ / "disk";
  const SmallDisk disk(at);
  if (!disk.mounted()) GTEST_SKIP() << "no right to mount a tmpfs";
  store_.reset();
  disk.fill();
  auto opened = Store::open(options_for(at / "sedlink.db"), logger_);
  ASSERT_TRUE(opened.has_error());
  EXPECT_EQ(opened.error().code, "store.full") << describe(opened.error());
  EXPECT_EQ(opened.error().fault, Fault::transient);
}

}  // namespace
}  // namespace sedlink::store
