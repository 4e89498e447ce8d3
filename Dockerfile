# One image for every process: the command says which. Built with the same Maven build as everywhere else.
FROM maven:3.9-eclipse-temurin-25 AS build
WORKDIR /src
COPY . .
RUN mvn -B -q -DskipTests package

FROM eclipse-temurin:25-jre
RUN useradd --system --uid 10001 --home-dir /var/lib/postern --create-home postern \
    && mkdir -p /var/lib/postern/data && chown -R postern /var/lib/postern
COPY --from=build /src/standalone/target/lib /opt/postern/lib
USER postern
WORKDIR /var/lib/postern
ENV POSTERN_BIND=0.0.0.0 \
    POSTERN_DATA=/var/lib/postern/data \
    POSTERN_SECRET_KEY_FILE=/var/lib/postern/data/secret.key
ENTRYPOINT ["java", "--sun-misc-unsafe-memory-access=allow", "--enable-native-access=ALL-UNNAMED", \
            "-XX:MaxRAMPercentage=75", "-cp", "/opt/postern/lib/*"]
CMD ["dev.postern.standalone.Standalone"]
