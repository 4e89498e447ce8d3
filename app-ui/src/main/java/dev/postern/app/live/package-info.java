/// News as they happen: what other processes said on Kafka reaches the open pages of the organisation it concerns.
package dev.postern.app.live;
