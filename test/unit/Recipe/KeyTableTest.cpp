//===- KeyTableTest.cpp - what ODS says agrees with the ops ---------------===//

#include "RecipeFixture.h"

#include "compiler/Recipe/Convert.h"
#include "dialect/Dsc/KeyTable.h"

#include "llvm/ADT/StringSet.h"

using namespace dsc;

/// Every key has an attribute of its op, a converter, and a default that fits.
TEST_F(RecipeTest, KeyTableAgreesWithTheDialect) {
  context.getOrLoadDialect<DscDialect>();
  ASSERT_GT(getTables().size(), 10u);
  for (const TableInfo &table : getTables()) {
    auto name = mlir::RegisteredOperationName::lookup(table.op, &context);
    ASSERT_TRUE(name) << table.op.str();
    for (const KeyInfo &key : table.keys) {
      EXPECT_TRUE(
          llvm::is_contained(name->getAttributeNames(),
                             mlir::StringAttr::get(&context, key.attribute)))
          << table.op.str() << " " << key.name.str();
      auto value = convertDefault(context, table, key);
      ASSERT_TRUE(mlir::succeeded(value)) << key.name.str();
      EXPECT_EQ(static_cast<bool>(*value), !key.defaultText.empty());
      EXPECT_FALSE(key.doc.empty()) << key.name.str();
    }
  }
}

/// A name that another tool uses means one key of a table, and is no key
/// itself.
TEST(KeyTable, OtherNamesAreUnambiguous) {
  for (const TableInfo &table : getTables()) {
    llvm::StringSet<> seen;
    for (const KeyInfo &key : table.keys)
      for (llvm::StringRef other : key.others) {
        EXPECT_TRUE(seen.insert(other).second)
            << table.op.str() << " " << other.str();
        EXPECT_EQ(findKey(table, other), nullptr)
            << table.op.str() << " " << other.str();
        EXPECT_EQ(other, other.lower()) << "names are compared in lower case";
      }
  }
}

TEST(KeyTable, Lookups) {
  EXPECT_EQ(findTable("model", "gpt2")->op, "dsc.gpt2");
  EXPECT_EQ(findTable("model", "gpt3"), nullptr);
  EXPECT_EQ(findTableOfOp("dsc.train")->path, "train");
  EXPECT_TRUE(isArrayPath("schedule.phase"));
  EXPECT_FALSE(isArrayPath("schedule"));
  EXPECT_TRUE(isReservedTable("data.source", "jsonl"));
  EXPECT_EQ(findTable("schedule.params", "OneCycle")->kindFrom, "type");
  EXPECT_EQ(getKindSource("schedule.params"), "type");
  EXPECT_EQ(getKindSource("model"), "");
  EXPECT_EQ(getTablePaths().front(), "model");
  EXPECT_EQ(getTablePaths().back(), "log");
  EXPECT_EQ(describeTable("schedule.phase"), "[[schedule.phase]]");
  auto meaning = findMeaning(*findTable("train", ""), "Max-Grad-Norm");
  ASSERT_TRUE(meaning);
  EXPECT_EQ(meaning->key->name, "clip_norm");
}
