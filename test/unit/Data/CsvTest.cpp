//===- CsvTest.cpp - tables of numbers, and what is wrong with them -------===//

#include "DataFixture.h"

#include "runtime/Base/Random.h"
#include "runtime/Data/CatalogCsv.h"

using namespace dsc;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace {

class CsvTest : public DataTest {
protected:
  CsvTable read(const std::string &bytes, const std::string &field = "") const {
    SourceSpec spec;
    spec.name = "table";
    spec.kind = "csv";
    spec.path = write("t.csv", bytes);
    spec.field = field;
    return readCsv(openFiles(spec.path), spec);
  }

  std::string fails(const std::string &bytes,
                    const std::string &field = "") const {
    return refusal([&] { read(bytes, field); });
  }
};

TEST_F(CsvTest, LastColumnIsTheTarget) {
  CsvTable table = read("1,2.5,0\n-3,4e1,2\n");
  EXPECT_EQ(table.rows, 2);
  EXPECT_EQ(table.columns, 2);
  EXPECT_EQ(table.classes, 3);
  EXPECT_THAT(table.features, ElementsAre(1, 2.5f, -3, 40));
  EXPECT_THAT(table.targets, ElementsAre(0, 2));
}

TEST_F(CsvTest, NamedColumnIsTheTarget) {
  CsvTable table = read("x,\"digit\",y\n1,7,2\n", "digit");
  EXPECT_THAT(table.features, ElementsAre(1, 2));
  EXPECT_THAT(table.targets, ElementsAre(7));
  EXPECT_THAT(read("x,y\n1,3\n", "last").targets, ElementsAre(3));
}

TEST_F(CsvTest, CarriageReturnsBlankLinesAndMarks) {
  CsvTable table = read("\xEF\xBB\xBF"
                        "x,y\r\n1,0\r\n\r\n +2 , \"1\" \r\n3,1");
  EXPECT_THAT(table.features, ElementsAre(1, 2, 3));
  EXPECT_THAT(table.targets, ElementsAre(0, 1, 1));
}

TEST_F(CsvTest, ErrorsNameLineAndColumn) {
  EXPECT_THAT(fails("1,2\n1,2,3\n"),
              HasSubstr("t.csv:2: 3 columns, expected 2 as in"));
  EXPECT_THAT(fails("x,y\n1,2\n\nabc,1\n"),
              HasSubstr("t.csv:4: column 1: 'abc' is not a number"));
  EXPECT_THAT(fails("x,y\n1,1.5\n"),
              HasSubstr("t.csv:2: column 2: target '1.5' is not a class"));
  EXPECT_THAT(fails("1,-1\n"), HasSubstr("target '-1' is not a class"));
  EXPECT_THAT(fails("1,1e30\n"), HasSubstr("target '1e30' is not a class"));
  EXPECT_THAT(fails("nan,1\n"), HasSubstr("'nan' is not a finite f32"));
  EXPECT_THAT(fails("1e39,1\n"), HasSubstr("'1e39' is not a finite f32"));
  EXPECT_THAT(fails(std::string("1,2\n3,\0\033\n", 9)),
              HasSubstr("t.csv:2: column 2: '  ' is not a number"));
  EXPECT_THAT(fails("1\n2\n"), HasSubstr("one column"));
  EXPECT_THAT(fails("1,2\n1,\n"), HasSubstr("t.csv:2: column 2: '' is not"));
}

TEST_F(CsvTest, UnknownTargetListsTheColumns) {
  EXPECT_THAT(fails("x,y\n1,2\n", "z"),
              AllOf(HasSubstr("no column is named 'z'"),
                    HasSubstr("the columns are x, y")));
  EXPECT_THAT(fails("1,2\n", "z"), HasSubstr("no header line"));
}

TEST_F(CsvTest, HostileBytesAreErrorsNotCrashes) {
  std::string zeros(1 << 16, '\0'), commas(1 << 16, ','), quotes(999, '"');
  for (const std::string &bytes : {zeros, commas, quotes})
    EXPECT_NE(fails(bytes + "\n" + bytes + "\n"), "");
}

TEST_F(CsvTest, RandomBytesAreReadOrRefused) {
  RandomStream random(6, "bytes");
  int refused = 0;
  for (uint64_t round = 0; round < 500; ++round) {
    std::string bytes;
    for (uint64_t i = 0; i < round % 30; ++i)
      bytes += "0123,,,\n\n\".-e+ \r\0"[random.words(round, i)[0] % 18];
    try {
      CsvTable table = read(bytes);
      EXPECT_EQ(table.features.size(), size_t(table.rows * table.columns));
      EXPECT_EQ(table.targets.size(), size_t(table.rows));
    } catch (const Error &error) {
      EXPECT_EQ(error.code(), Exit::refused);
      ++refused;
    }
  }
  EXPECT_GT(refused, 100);
  EXPECT_LT(refused, 500);
}

} // namespace
